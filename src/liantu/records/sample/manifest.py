"""What a written city is: how it was made, and its files in the order in which they come."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from liantu.errors import NotFound, UnreadableInput
from liantu.records.doors.rules import door_rules
from liantu.records.doors.writing import write_whole

FILE = "sample.json"


@dataclass(frozen=True)
class SampleFile:
    """One file, with the table it holds rows of and what to say when it is taken in."""

    name: str
    table: str
    office: str
    rows: int
    reason: str = ""


@dataclass(frozen=True)
class Manifest:
    """``sample.json``."""

    note: str
    plan: str
    firms: int
    seed: int
    months: int
    files: tuple[SampleFile, ...]

    @property
    def title(self) -> str:
        """What its batches are known by in the ledger."""
        return f"模拟城市 {self.plan}：{self.firms} 户、{self.months} 个月、种子 {self.seed}"


def note() -> str:
    """What is said of the whole."""
    return (
        f"{door_rules().synthetic.label}：由程序按公开总量合成，不描述任何真实的企业、园区或地区。"
    )


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write it beside the deliveries."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    write_whole(folder / FILE, text.encode())


def read_manifest(folder: Path) -> Manifest:
    """Read what :func:`write_manifest` wrote.

    Raises:
        NotFound: there is no sample city in the folder.
        UnreadableInput: its manifest is damaged.
    """
    path = folder / FILE
    if not path.is_file():
        raise NotFound(
            f"{folder} 中没有模拟城市（缺 {FILE}）。请先运行 liantu sample city。",
            f"{folder} holds no sample city ({FILE} is missing). Run liantu sample city first.",
        )
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        files = tuple(SampleFile(**item) for item in data.pop("files"))
        return Manifest(files=files, **data)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableInput(
            f"{FILE} 不可读（{error}）。请重新生成模拟城市。",
            f"{FILE} cannot be read ({error}). Make the sample city again.",
        ) from error
