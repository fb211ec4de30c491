"""The rules in force and the terms used, straight from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from liantu.declarations import CATALOG, Declared, Source, declared, read_declared, read_yaml
from liantu.systems.targets.summary import LIGHTS

_WORDS = {"id", "zh", "en", "source"}
_READING = ("progress", "freshness", "derived", "observations", "computed", "audit")
"""Files of rules by which what the pages show comes about, in the order of reading."""


class Term(Declared):
    """One term of the field."""

    id: str
    zh: str
    en: str
    definition_zh: str
    definition_en: str
    unit: str


class Glossary(Declared):
    """``catalog/glossary.yaml``."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Rule:
    """A declared rule as printed: words, parameters, where it comes from."""

    file: str
    id: str
    zh: str
    en: str
    parameters: tuple[tuple[str, str], ...]
    source: Source | None


def methods(request: HttpRequest) -> HttpResponse:
    """``/methods/``."""
    found = rules()
    unverified = [rule for rule in found if rule.source and rule.source.trust == "待核实"]
    context = {
        "rules": found,
        "unverified": len(unverified),
        "terms": terms(),
        "lights": LIGHTS,
    }
    return render(request, "liantu/pages/methods.html", context)


@cache
def rules() -> tuple[Rule, ...]:
    """Every record of these files that has an id and words in both languages."""
    return tuple(rule for stem in _READING for rule in rules_of(stem))


def rules_of(stem: str) -> list[Rule]:
    """The rules of one file of ``catalog/rules``."""
    return list(_rules_in(read_yaml(CATALOG / "rules" / f"{stem}.yaml"), stem, None))


def terms() -> tuple[Term, ...]:
    """The glossary's terms, in its order."""
    return read_declared(Glossary, CATALOG / "glossary.yaml").terms


def _rules_in(data: Any, where: str, source: Source | None) -> Iterator[Rule]:
    """Rules at any depth; a file's own source holds for those that name none."""
    if isinstance(data, list):
        for item in data:
            yield from _rules_in(item, where, source)
        return
    if not isinstance(data, dict):
        return
    if _is_source(data.get("source")):
        source = declared(Source, data["source"], where=where)
    if {"id", "zh", "en"} <= data.keys():
        yield Rule(where, data["id"], data["zh"], data["en"], _parameters(data), source)
        return
    for item in data.values():
        yield from _rules_in(item, where, source)


def _is_source(data: Any) -> bool:
    """A document with its trust; some rules have a field of that name for something else."""
    return isinstance(data, dict) and {"title", "trust"} <= data.keys() <= set(Source.model_fields)


def _parameters(data: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((key, _printed(value)) for key, value in data.items() if key not in _WORDS)


def _printed(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_printed(item) for item in value) or "—"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_printed(item)}" for key, item in value.items())
    return str(value)
