"""The indicator catalogue: what a figure can be a figure of.

``catalog/indicators/*.yaml`` declares each indicator once: what it measures, in which unit,
which way is better, over which coverage, what it is made of, and which names must never be
taken for it. The catalogue is general: no place is named. :meth:`IndicatorCatalogue.match`
binds a written name to an indicator, or says why it does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import Field

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.errors import InvalidDeclaration, InvalidQuantity, NotFound
from liantu.quantity.unit import parse_unit
from liantu.records.figures.indicator import Confusion, Indicator, Kind, Written
from liantu.records.figures.matching import Match, NameIndex, NoMatch


class _Written(Written):
    """An indicator as written in YAML: ``source`` may be a key of the file's sources."""

    source: str | Source


class _Measure(Declared):
    """A measure of an industry (营业收入, 增加值增速 …)."""

    zh: str
    en: str
    unit: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    definition: str
    differs: tuple[str, ...] = Field(default=(), alias="not")
    """Measures that look alike."""


class _Industry(Declared):
    """An industry and the measures that are published of it."""

    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    pairs: tuple[str, ...]
    also: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Further names of a pair, written out."""
    source: str = "local"


class _File(Declared):
    """One file of the catalogue."""

    sources: dict[str, Source]
    indicators: tuple[_Written, ...] = ()
    measures: dict[str, _Measure] = Field(default_factory=dict)
    industries: dict[str, _Industry] = Field(default_factory=dict)


class IndicatorCatalogue:
    """All indicators by id, with an index of their names."""

    def __init__(self, indicators: Mapping[str, Indicator]) -> None:
        self.indicators = dict(indicators)
        _check(self.indicators)
        self._index = NameIndex(self.indicators)

    def __getitem__(self, indicator_id: str) -> Indicator:
        try:
            return self.indicators[indicator_id]
        except KeyError as error:
            raise NotFound(
                f"指标目录中没有“{indicator_id}”。请查看 catalog/indicators 中的 id。",
                f"The indicator catalogue has no {indicator_id!r}. See the ids in"
                " catalog/indicators.",
            ) from error

    def __contains__(self, indicator_id: object) -> bool:
        return indicator_id in self.indicators

    def __len__(self) -> int:
        return len(self.indicators)

    def match(
        self,
        name: str,
        scope: tuple[str, ...] = (),
        subject: str = "",
        *,
        form: str = "",
        unit: str = "",
        area: str = "",
    ) -> Match | NoMatch:
        """Bind a written name to an indicator, or say why not; never across a scope.

        Args:
            name: the indicator as a plan or a communiqué writes it.
            scope: qualifiers stated beside the name (规上, 国家级 …).
            subject: whose indicator it is (电子信息产业); 全市 and the like add nothing.
            form: form of the target, where it is one: ``additions`` and ``per_year`` bind a
                stock's name to its gross entries, ``annual_average`` and ``relative`` bind an
                average growth to the yearly one.
            unit: unit of the figure; another dimension than the indicator's is refused.
            area: area of the figure, dropped where the name begins with it.
        """
        return self._index.match(name, scope, subject, form=form, unit=unit, area=area)

    def knows(self, name: str, scope: tuple[str, ...] = ()) -> bool:
        """Is there an indicator for this name, coverage and all?"""
        return isinstance(self.match(name, scope), Match)

    def additions(self, indicator_id: str) -> Indicator | None:
        """The indicator that counts the gross entries of a stock, where one is declared."""
        for indicator in self.indicators.values():
            if indicator.additions_of == indicator_id:
                return indicator
        return None


@cache
def load_indicators(folder: Path = CATALOG / "indicators") -> IndicatorCatalogue:
    """Read the whole catalogue; every fault of reference or naming is reported at once."""
    indicators: dict[str, Indicator] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        for indicator in _read_file(path):
            if indicator.id in indicators:
                faults.append(f"{path.name}: id “{indicator.id}” 重复 / written twice")
            indicators[indicator.id] = indicator
    _raise(faults)
    return IndicatorCatalogue(indicators)


def _read_file(path: Path) -> list[Indicator]:
    file = read_declared(_File, path)
    result = [_with_source(written, file, path) for written in file.indicators]
    for key, industry in file.industries.items():
        for pair in industry.pairs:
            result.append(_of_industry(key, industry, pair, file, path))
    return result


def _with_source(written: _Written, file: _File, path: Path) -> Indicator:
    source = written.source
    if isinstance(source, str):
        source = _source(source, file, path, written.id)
    return Indicator(**{**dict(written), "source": source})


def _source(key: str, file: _File, path: Path, where: str) -> Source:
    if key not in file.sources:
        raise InvalidDeclaration(
            f"{path.name}：指标 {where} 引用了未登记的来源“{key}”。请在该文件 sources 中补充。",
            f"{path.name}: indicator {where} cites the source {key!r}, which the file does not"
            " declare. Add it to its sources.",
        )
    return file.sources[key]


def _of_industry(key: str, industry: _Industry, pair: str, file: _File, path: Path) -> Indicator:
    """One indicator of the family: every spelling of the industry by every one of the measure."""
    measure = file.measures.get(pair)
    if measure is None:
        raise InvalidDeclaration(
            f"{path.name}：产业 {key} 引用了未登记的度量“{pair}”。请在 measures 中补充。",
            f"{path.name}: industry {key} lists the measure {pair!r}, which is not declared."
            " Add it to measures.",
        )
    names = (industry.zh, *industry.aliases)
    measures = (measure.zh, *measure.aliases)
    spelled = [name + said for name in names for said in measures]
    spelled += industry.also.get(pair, ())
    return Indicator(
        id=f"{key}_{pair}",
        zh=spelled[0],
        en=f"{industry.en}: {measure.en}",
        unit=measure.unit,
        direction="up",
        kind=measure.kind,
        scope=(industry.zh,),
        aliases=tuple(spelled[1:]),
        not_aliases=tuple(
            Confusion(
                name=industry.zh + file.measures[other].zh,
                why=f"“{measure.zh}”与“{file.measures[other].zh}”不是同一口径",
                why_en=f"{measure.en} is not {file.measures[other].en}",
            )
            for other in measure.differs
            if other in industry.pairs
        ),
        definition=measure.definition,
        source=_source(industry.source, file, path, f"{key}_{pair}"),
    )


def _check(indicators: Mapping[str, Indicator]) -> None:
    """References lead somewhere; units are known."""
    faults: list[str] = []
    for indicator in indicators.values():
        referred = [indicator.additions_of, indicator.average_of]
        if indicator.components:
            referred += indicator.components.of
        faults += [
            f"{indicator.id}: “{other}” 不存在 / does not exist"
            for other in referred
            if other and other not in indicators
        ]
        try:
            parse_unit(indicator.unit)
        except InvalidQuantity as error:
            faults.append(f"{indicator.id}: {error.message.zh}")
    _raise(faults)


def _raise(faults: list[str]) -> None:
    if faults:
        listed = "; ".join(faults)
        raise InvalidDeclaration(
            f"指标目录有误：{listed}。请逐条改正。",
            f"The indicator catalogue is wrong: {listed}. Mend each.",
        )
