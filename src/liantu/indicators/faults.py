"""Faults of declarations: each with file, line and column, what was found, what was expected.

All faults of all files are collected and told at once. Positions come from the YAML nodes
themselves (:class:`Marks`), so that a fault inside a formula points at the very word.
"""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from liantu.errors import InvalidDeclaration, Message, readable

Path_ = tuple[Hashable, ...]
LONGEST_FILE = 32 * 2**20
"""Bytes of a file of declarations; more is some other file."""
_DEEPEST = 60
"""Nesting of a YAML file; deeper ones are no declaration."""
_SHOWN = 12
_LONGEST_NAME = 80
_MANY_NAMES = 500


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a file of declarations."""

    file: str
    line: int
    column: int
    measure: str
    """Id of the record at fault; empty where the file as a whole is."""
    zh: str
    en: str

    @property
    def where(self) -> str:
        """``file:line:column``, as editors and terminals follow it."""
        return f"{self.file}:{self.line}:{self.column}"

    @property
    def message(self) -> Message:
        """The fault with its place, in both languages."""
        name = f" [{self.measure}]" if self.measure else ""
        return Message(f"{self.where}{name}：{self.zh}", f"{self.where}{name}: {self.en}")


class FaultyDeclarations(InvalidDeclaration):
    """Declarations that cannot be computed; ``faults`` holds them all, by place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        first = "\n".join(f"  {fault.message.zh}" for fault in self.faults[:_SHOWN])
        first_en = "\n".join(f"  {fault.message.en}" for fault in self.faults[:_SHOWN])
        more = len(self.faults) - _SHOWN
        rest, rest_en = (f"\n  另有 {more} 处。", f"\n  and {more} more.") if more > 0 else ("", "")
        super().__init__(
            f"度量声明有 {len(self.faults)} 处错误，请改正后重试（liantu indicators check）：\n"
            f"{first}{rest}",
            f"{len(self.faults)} faults in the declarations of measures; mend them and try again"
            f" (liantu indicators check):\n{first_en}{rest_en}",
        )


def nearest(found: str, known: Iterable[str]) -> str:
    """The known name most like what was written; empty where none is like it."""
    names = list(known)
    wanted = found.lower()[:_LONGEST_NAME]
    for name in names:
        if name.lower() == wanted:
            return name
    if len(names) > _MANY_NAMES:  # comparing letter by letter is slow: only what begins alike
        names = [name for name in names if name[:3] == wanted[:3]][:_MANY_NAMES]
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.6)
    return near[0] if near else ""


def meant(found: str, known: Iterable[str]) -> tuple[str, str]:
    """“was … meant?” in both languages; empty texts where nothing is like it."""
    near = nearest(found, known)
    return (f"是否应为 {near}？", f" Was {near} meant?") if near else ("", "")


class Marks:
    """Where every key and value of a YAML file stands."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._at: dict[Path_, tuple[int, int]] = {}
        self._texts: dict[Path_, yaml.ScalarNode] = {}

    def note(self, path: Path_, node: yaml.Node, key: yaml.Node | None = None) -> None:
        """Keep the place of a value, or of its key where that says more."""
        mark = (key or node).start_mark
        self._at[path] = (mark.line + 1, mark.column + 1)
        if isinstance(node, yaml.ScalarNode):
            self._texts[path] = node

    def at(self, path: Path_) -> tuple[int, int]:
        """Line and column of the nearest thing on the way to ``path`` that is in the file."""
        while path:
            if path in self._at:
                return self._at[path]
            path = path[:-1]
        return self._at.get((), (1, 1))

    def inside(self, path: Path_, offset: int) -> tuple[int, int]:
        """Line and column of a character of a text, as it stands in the file.

        Of texts written over several lines the line is found by its words, which is exact unless
        the same line stands twice in the text.
        """
        node = self._texts.get(path)
        if node is None:
            return self.at(path)
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        if node.style in ("|", ">") or node.end_mark.line != node.start_mark.line:
            before = str(node.value)[:offset]
            down = before.count("\n") + (1 if node.style in ("|", ">") else 0)
            return line + down, offset - before.rfind("\n")
        return line, column + offset + (1 if node.style in ("'", '"') else 0)

    def fault(
        self, path: Path_, zh: str, en: str, *, measure: str = "", offset: int | None = None
    ) -> Fault:
        """A fault at a place of this file."""
        line, column = self.at(path) if offset is None else self.inside(path, offset)
        return Fault(self.file, line, column, measure, readable(zh), readable(en))


def read_marked(path: Path, name: str | None = None) -> tuple[Any, Marks, list[Fault]]:
    """One YAML file as plain data, with the place of everything in it.

    A syntax error, a key written twice, an alias (&, *) or a file that cannot be read is a fault,
    not an exception; the data is None then.
    """
    marks = Marks(name or str(path))
    try:
        if path.stat().st_size > LONGEST_FILE:
            raise ValueError("the file is too large")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        return (
            None,
            marks,
            [marks.fault((), f"文件无法读取：{why}。", f"It cannot be read: {why}.")],
        )
    faults: list[Fault] = []
    try:
        loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
        node = yaml.compose(text, Loader=loader)
        data = None if node is None else _plain(node, (), marks, faults, loader(""), 0)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", None) or error)[:200]
        marks._at[()] = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        said = f"不是合法的 YAML：{problem}。请改正该行。", f"It is no valid YAML: {problem}."
        return None, marks, [marks.fault((), *said)]
    return data, marks, faults


def _plain(
    node: yaml.Node, path: Path_, marks: Marks, faults: list[Fault], loader: Any, depth: int
) -> Any:
    """What a node says, noting where; anchors are no use here and could blow up."""
    if depth > _DEEPEST:
        raise ValueError("it is nested too deeply")
    if isinstance(node, yaml.MappingNode):
        found: dict[Any, Any] = {}
        for key_node, value in node.value:
            key = loader.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                key = str(key)
            at = (*path, key)
            marks.note(at, value, key_node)
            if key in found:
                faults.append(
                    marks.fault(
                        at,
                        f"键 {key} 写了两次。请删去其中一个。",
                        f"Key {key} is written twice. Delete one.",
                    )
                )
            found[key] = _plain(value, at, marks, faults, loader, depth + 1)
        return found
    if isinstance(node, yaml.SequenceNode):
        items = []
        for number, item in enumerate(node.value):
            marks.note((*path, number), item)
            items.append(_plain(item, (*path, number), marks, faults, loader, depth + 1))
        return items
    return loader.construct_object(node, deep=True)


def model_faults(
    errors: Sequence[Mapping[str, Any]], model: type[BaseModel], path: Path_, marks: Marks,
    measure: str,
) -> list[Fault]:  # fmt: skip
    """What pydantic finds wrong with a record, in words and at its place."""
    faults = []
    fields = [field.alias or name for name, field in model.model_fields.items()]
    for error in errors:
        loc: Path_ = tuple(error["loc"])
        name = ".".join(str(part) for part in loc) or "-"
        if error["type"] == "extra_forbidden" and len(loc) == 1:
            near, near_en = meant(str(loc[0]), fields)
            zh = f"没有名为 {name} 的键。{near}可用的键：{'、'.join(fields)}。"
            en = f"There is no key {name}.{near_en} Keys: {', '.join(fields)}."
        elif error["type"] == "missing":
            zh, en = f"缺少 {name}。请补上。", f"{name} is missing. Add it."
        else:
            shown = str(error.get("input"))[:60]
            zh = f"{name} 的值“{shown}”不合要求：{error['msg']}。"
            en = f"The value {shown!r} of {name} will not do: {error['msg']}."
        faults.append(marks.fault((*path, *loc), zh, en, measure=measure))
    return faults
