"""Reads the catalogue: YAML on disk to frozen, typed records.

The catalogue (``liantu/catalog``) holds data and no code. Every record is declared by a
pydantic model with ``extra="forbid"``: an unknown key is an error that names file and key.
All errors of a file are collected and raised once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from liantu.errors import InvalidDeclaration

# The parser in C is ten times faster; PyYAML's wheels have it, a build from source may not.
if yaml.__with_libyaml__:
    from yaml import CSafeLoader as _SafeLoader
else:
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

CATALOG = Path(__file__).parent / "catalog"

Trust = Literal["official", "press", "repost", "plan", "editorial", "待核实"]


class Declared(BaseModel):
    """Base of every catalogue record: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Declared):
    """Where a figure, rule or sentence comes from, and how far it is trusted."""

    title: str
    url: str = ""
    date: str = ""
    trust: Trust


D = TypeVar("D", bound=Declared)


def read_yaml(path: Path) -> Any:
    """Parse one YAML file; a syntax error names file, line and column."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError as error:
        raise InvalidDeclaration(
            f"目录文件不存在：{path.name}。请检查安装是否完整。",
            f"Catalogue file {path.name} does not exist. Check that the installation is complete.",
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path.name}:{mark.line + 1}:{mark.column + 1}" if mark else path.name
        raise InvalidDeclaration(
            f"目录文件 {where} 不是合法的 YAML：{getattr(error, 'problem', error)}。请改正该行。",
            f"Catalogue file {where} is not valid YAML: {getattr(error, 'problem', error)}."
            " Mend that line.",
        ) from error


def declared(model: type[D], data: Any, *, where: str) -> D:
    """Validate ``data`` as ``model``; ``where`` names the record in the error."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        lines = "; ".join(
            f"{'.'.join(str(part) for part in item['loc']) or '(record)'}: {item['msg']}"
            for item in error.errors()
        )
        raise InvalidDeclaration(
            f"目录记录 {where} 不合要求：{lines}。请对照该记录的字段说明改正。",
            f"Catalogue record {where} is invalid: {lines}. Mend it against its field list.",
        ) from error


def read_declared(model: type[D], path: Path) -> D:
    """Read one catalogue file as one record."""
    return declared(model, read_yaml(path), where=path.name)


class _Loader(_SafeLoader):
    """Safe loader that refuses a key written twice (plain YAML keeps the last, silently)."""


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in result:
            raise yaml.constructor.ConstructorError(
                None, None, f"key {key!r} is written twice", key_node.start_mark
            )
        result[key] = loader.construct_object(value_node, deep=True)
    return result


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
