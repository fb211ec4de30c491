"""Reads all declarations of measures, checks them together, and tells every fault at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.indicators.catalogue import Catalogue, Read
from liantu.indicators.compiling import compile_all, read_dimensions
from liantu.indicators.declared import GIVEN, Measure, Policy, Topic
from liantu.indicators.faults import (
    Fault,
    FaultyDeclarations,
    Marks,
    model_faults,
    nearest,
    read_marked,
)

FOLDER = CATALOG / "measures"
_FILE_KEYS = ("sources", "measures")


class _Policies(Declared):
    source: Source
    policies: tuple[Policy, ...]


class _Topics(Declared):
    source: Source
    topics: tuple[Topic, ...] = Field(min_length=1)


def check(files: Sequence[Path] = (), *, folders: Sequence[Path] = (FOLDER,)) -> tuple[
    Catalogue, list[Fault]
]:  # fmt: skip
    """Read and check everything.

    Args:
        files: more files of measures, beside those of the folders.
        folders: folders of measures; a missing one is empty. The first holds dimensions,
            policies and topics as well.
    Returns:
        what is sound, and every fault of the rest, by place.
    """
    faults: list[Fault] = []
    given = folders[0]
    policies = read_declared(_Policies, given / "policies.yaml").policies
    topics = read_declared(_Topics, given / "topics.yaml").topics
    dimensions = read_dimensions(given / "dimensions.yaml", faults)
    known = {path.resolve() for path in files}
    listed = [path for folder in folders for path in sorted(folder.glob("*.yaml"))]
    paths = [path for path in listed if path.name not in GIVEN and path.resolve() not in known]
    read: dict[str, Read] = {}
    for path in [*paths, *files]:
        _read_file(path, read, faults)
    catalogue = Catalogue(
        {name: each.measure for name, each in read.items()},
        {},
        dimensions,
        {policy.id: policy for policy in policies},
        {topic.id: topic for topic in topics},
        {name: each.where for name, each in read.items()},
    )
    compile_all(catalogue, read, faults)
    return catalogue, sorted(faults)


def load(folders: Sequence[Path] = (FOLDER,)) -> Catalogue:
    """The catalogue, where all is sound; read again only when a file has changed.

    Raises:
        FaultyDeclarations: any fault anywhere.
    """
    paths = [path for folder in folders for path in sorted(folder.glob("*.yaml"))]
    stamp = tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in paths)
    return _load(tuple(folders), stamp)


@lru_cache(maxsize=4)
def _load(folders: tuple[Path, ...], stamp: tuple[tuple[str, int, int], ...]) -> Catalogue:
    catalogue, faults = check(folders=folders)
    if faults:
        raise FaultyDeclarations(faults)
    return catalogue


def _read_file(path: Path, read: dict[str, Read], faults: list[Fault]) -> None:
    data, marks, wrong = read_marked(path, _shown(path))
    faults += wrong
    if data is None:
        return
    if not isinstance(data, dict) or not isinstance(data.get("measures"), list):
        faults.append(
            marks.fault(
                (),
                "文件应有 measures: 列表（和 sources）。",
                "The file must hold a list measures: (and sources).",
            )
        )
        return
    for key in data:
        if key not in _FILE_KEYS:
            near = nearest(key, _FILE_KEYS)
            faults.append(
                marks.fault(
                    (key,),
                    f"文件没有名为 {key} 的键。{f'是否应为 {near}？' if near else ''}"
                    "可用：sources、measures。",
                    f"A file has no key {key}.{f' Was {near} meant?' if near else ''}"
                    " Keys: sources, measures.",
                )
            )
    sources = _sources(data.get("sources") or {}, marks, faults)
    for number, item in enumerate(data["measures"]):
        _read_measure(item, ("measures", number), marks, sources, read, faults)


def _sources(data: Any, marks: Marks, faults: list[Fault]) -> dict[str, Source]:
    found: dict[str, Source] = {}
    if not isinstance(data, dict):
        faults.append(
            marks.fault(
                ("sources",),
                "sources 应为 键: {title, date, trust}。",
                "sources is key: {title, date, trust}.",
            )
        )
        return found
    for key, said in data.items():
        try:
            found[key] = Source.model_validate(said)
        except ValidationError as error:
            faults += model_faults(error.errors(), Source, ("sources", key), marks, "")
    return found


def _read_measure(
    item: Any, path: tuple[Any, ...], marks: Marks, sources: dict[str, Source],
    read: dict[str, Read], faults: list[Fault],
) -> None:  # fmt: skip
    name = str(item.get("id", ""))[:80] if isinstance(item, dict) else ""
    if not isinstance(item, dict):
        faults.append(
            marks.fault(path, "每个度量应为若干 键: 值。", "A measure is keys with values.")
        )
        return
    said = {key: value for key, value in item.items() if value is not None}
    try:
        measure = Measure.model_validate(said)
    except ValidationError as error:
        faults += model_faults(error.errors(), Measure, path, marks, name)
        return
    if isinstance(measure.source, str):
        if measure.source not in sources:
            near = nearest(measure.source, sources)
            faults.append(
                marks.fault(
                    (*path, "source"),
                    f"本文件的 sources 没有 {measure.source}。"
                    f"{f'是否应为 {near}？' if near else ''}",
                    f"This file's sources have no {measure.source}."
                    f"{f' Was {near} meant?' if near else ''}",
                    measure=name,
                )
            )
            return
        measure = measure.model_copy(update={"source": sources[measure.source]})
    if measure.id in read:
        faults.append(
            marks.fault(
                (*path, "id"),
                f"度量 {name} 已在 {read[name].where} 声明。请改用另一个 id。",
                f"Measure {name} is declared at {read[name].where} already. Choose another id.",
                measure=name,
            )
        )
        return
    read[measure.id] = Read(measure, marks, path)


def _shown(path: Path) -> str:
    """A packaged file by its name, another by its path as given."""
    return path.name if path.parent == FOLDER else str(path)
