"""Projects: contract, delays, milestones, money month by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from liantu.records.sample.dice import choose, dice
from liantu.records.sample.firms import class_positions
from liantu.records.sample.frames import declared_columns
from liantu.records.sample.offices import contact_of, department_of
from liantu.records.sample.places import first_parcels, park_code
from liantu.records.sample.series import Makings

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Days = NDArray[np.datetime64]
Flags = NDArray[np.bool_]

_KINDS = (("new", 0.42, "生产基地"), ("extension", 0.28, "扩能"), ("upgrade", 0.24, "智能化改造"),
          ("relocation", 0.06, "搬迁升级"))  # fmt: skip
_LEVELS = ((0.02, "国家重点"), (0.12, "省重点"), (0.45, "市重点"), (1.0, "区（市）县重点"))
_BEFORE = (("签约", 0.0), ("立项备案", 0.3), ("取得用地", 0.65), ("开工", 1.0))
"""Milestones between contract and start, and how far between them they lie."""
_WORKS = (("主体封顶", 0.45), ("设备安装", 0.75), ("竣工", 1.0))
_TROUBLES = ("用地报批未完成", "施工许可办理中", "配套道路未通", "用电容量不足", "资金到位偏慢",
             "设备交付延期")  # fmt: skip
_GIVEN_UP, _PAUSED, _LATE_START, _OVERRUN = 0.03, 0.03, 0.35, 0.3
_FIRST_PAYMENT = 0.02
_MONTH = 30.4


@dataclass(frozen=True)
class Projects:
    """Projects by position; days are NaT where they have not come by the end of the sample."""

    frame: pl.DataFrame
    total: Array
    signed: Days
    start_due: Days
    begun: Days
    finish_due: Days
    ended: Days
    ending: Days
    """When the works end or would end, also beyond the sample."""
    paused: Flags


def make_projects(makings: Makings) -> Projects:
    """Projects whose works were to start in the years of the plan."""
    generator = dice(makings.seed, "projects")
    totals, scale = makings.calibration.totals, makings.population.scale
    counts = {y: max(round(f.value * scale), 3) for y, f in totals.projects.started.items()}
    year = np.repeat(list(counts), list(counts.values()))
    owner = _owners(makings, year, generator)
    last = np.datetime64(f"{totals.last_year}-12-31")
    start_due = _day(year, generator.integers(0, 350, year.size))
    signed = start_due - _span(generator.integers(40, 320, year.size))
    late = generator.exponential(80, year.size) * (generator.random(year.size) < _LATE_START)
    start = start_due + _span(late + generator.uniform(-8, 12, year.size))
    total = np.exp(generator.normal(np.log(1.6e8), 1.25, year.size))
    length = (6 + 5 * np.log10(np.maximum(total / 1e7, 1.5))) * generator.uniform(
        0.7, 1.5, year.size
    )
    length *= _MONTH
    finish_due = start_due + _span(length)
    over = generator.exponential(0.25, year.size) * (generator.random(year.size) < _OVERRUN)
    ending = start + _span(length * (1 + over))
    fate = generator.random(year.size)
    given_up, paused = fate < _GIVEN_UP, (fate >= _GIVEN_UP) & (fate < _GIVEN_UP + _PAUSED)
    never = np.datetime64("NaT")
    begun = np.where((start <= last) & ~given_up, start, never)
    ended = np.where((ending <= last) & ~np.isnat(begun) & ~paused, ending, never)
    total = _calibrated(makings, total, begun, ending, paused)
    blank = pl.DataFrame()
    made = Projects(blank, total, signed, start_due, begun, finish_due, ended, ending, paused)
    frame = _register(makings, made, (year, owner, given_up), generator)
    return Projects(frame, total, signed, start_due, begun, finish_due, ended, ending, paused)


def _owners(makings: Makings, year: Whole, generator: np.random.Generator) -> Whole:
    """Firms above scale in the year, larger ones rather; a firm may have several projects."""
    owner = np.zeros(year.size, dtype=np.int64)
    for each in np.unique(year):
        rows = np.flatnonzero(year == each)
        at = makings.years.index(int(each))
        weight = np.nan_to_num(makings.accounts["revenue_cny"][:, at]) ** 0.5
        owner[rows] = choose(generator, weight, rows.size)
    return owner


def _day(year: Whole, offset: Whole) -> Days:
    start = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    return np.asarray(start + _span(offset))


def _span(days: Array | Whole) -> NDArray[np.timedelta64]:
    return np.asarray(days.astype(np.int64).astype("timedelta64[D]"))


def _done(day: np.datetime64, begin: Days, end: Days, paused: Flags) -> Array:
    """Part of the works done by a day: slow at both ends; nothing before they begin."""
    length = np.maximum((end - begin).astype(np.float64), 1)
    passed = np.clip((day - begin).astype(np.float64) / length, 0, 1)
    passed = np.where(paused, np.minimum(passed, 0.4), passed)
    curve = _FIRST_PAYMENT + (1 - _FIRST_PAYMENT) * passed**2 * (3 - 2 * passed)
    return np.asarray(np.where(np.isnat(begin) | (begin > day), 0.0, curve))


def _calibrated(makings: Makings, total: Array, begun: Days, ending: Days, paused: Flags) -> Array:
    """Sizes brought to what was invested in the year that was published."""
    given = makings.calibration.totals.projects
    before, after = (np.datetime64(f"{given.invested_year - n}-12-31") for n in (1, 0))
    spent = _done(after, begun, ending, paused) - _done(before, begun, ending, paused)
    target = given.invested_cny.value * makings.population.scale
    return np.asarray(np.maximum(np.round(total * target / (total * spent).sum() / 1e5), 20) * 1e5)


def _stages(made: Projects, given_up: Flags, last: np.datetime64) -> list[str]:
    at_work, over = ~np.isnat(made.begun), ~np.isnat(made.ended)
    full = over & (made.ended < last - np.timedelta64(300, "D"))
    fresh = made.signed > last - np.timedelta64(90, "D")
    stages = np.select(
        [given_up, made.paused & at_work, full, over, at_work, fresh],
        ["ended", "paused", "full", "finished", "building", "signed"],
        "preparing",
    )
    return [str(stage) for stage in stages]


def _register(
    makings: Makings, made: Projects, drawn: tuple[Whole, Whole, Flags],
    generator: np.random.Generator,
) -> pl.DataFrame:  # fmt: skip
    year, owner, given_up = drawn
    calibration = makings.calibration
    classes = [klass for sector in calibration.sectors for klass in sector.classes]
    own = [classes[k] for k in class_positions(makings.population, calibration)[owner]]
    kind = choose(generator, [weight for _, weight, _ in _KINDS], year.size)
    names = pl.Series(makings.firms.names).gather(owner)
    core = names.str.extract(r"^(.*?)(?:有限责任公司|股份有限公司|有限公司)$", 1)
    what = [f"{k.products[0].name}{_KINDS[n][2]}项目" for k, n in zip(own, kind, strict=True)]
    areas = [area.code for area in calibration.places.areas]
    firsts = [klass.products[0] for klass in own]
    chains = [item.chain or None for item in firsts]
    nodes = [calibration.chain_map.code_of(item.chain, item.node) for item in firsts]
    fixed = np.round(made.total * generator.uniform(0.55, 0.95, year.size) / 1e5) * 1e5
    luck = generator.random(year.size)
    parcels = first_parcels(makings.plots)
    last = np.datetime64(f"{calibration.totals.last_year}-12-31")
    columns = {
        "project_code": [f"MN-{y}-{n:05d}" for n, y in enumerate(year, start=1)],
        "name": core + pl.Series(what),
        "owner_code": makings.codes.gather(owner),
        "owner_name": names,
        "kind": [_KINDS[k][0] for k in kind],
        "area_code": [areas[at] for at in makings.sites.area[owner]],
        "park_code": [park_code(at) if at >= 0 else None for at in makings.sites.park[owner]],
        "parcel_code": [parcels.get(int(at)) for at in owner],
        "industry_code": [klass.code for klass in own],
        "chain_id": chains,
        "node_id": nodes,
        "total_cny": made.total,
        "fixed_cny": fixed,
        "signed_on": made.signed,
        "start_planned_on": made.start_due,
        "started_on": made.begun,
        "finish_planned_on": made.finish_due,
        "finished_on": made.ended,
        "stage": _stages(made, given_up, last),
        "level": [next(word for most, word in _LEVELS if one <= most) for one in luck],
        "duty_office": [department_of(calibration, chain).name for chain in chains],
        "office_id": [department_of(calibration, chain).id for chain in chains],
        "contact_id": [contact_of(areas[at]) for at in makings.sites.area[owner]],
    }
    return declared_columns(pl.DataFrame(columns, strict=False), "projects")


def _between(first: Days, last: Days, share: float) -> Days:
    return np.asarray(first + _span((last - first).astype(np.float64) * share))


def milestones(makings: Makings, made: Projects) -> pl.DataFrame:
    """Seven milestones a project, with the days due and reached."""
    last = np.datetime64(f"{makings.calibration.totals.last_year}-12-31")
    codes, names = made.frame["project_code"], made.frame["name"]
    offices = [department_of(makings.calibration, chain).id for chain in made.frame["chain_id"]]
    never, at_work = np.datetime64("NaT"), ~np.isnat(made.begun)
    begin = np.where(at_work, made.begun, made.start_due)
    frames = []
    for word, share in _BEFORE:
        due = _between(made.signed, made.start_due, share)
        reached = _between(made.signed, begin, share)
        came = (reached <= last) & (at_work | (share < 0.5))
        frames.append((word, due, np.where(came, reached, never)))
    for word, share in _WORKS:
        due = _between(made.start_due, made.finish_due, share)
        reached = _between(begin, made.ending, share)
        came = (reached <= last) & at_work & ~(made.paused & (share > 0.4))
        frames.append((word, due, np.where(came, reached, never)))
    parts = [
        pl.DataFrame(
            {"project_code": codes, "project_name": names, "milestone": [word] * len(codes),
             "due_on": due, "reached_on": reached, "office_id": offices}
        )
        for word, due, reached in frames
    ]  # fmt: skip
    return declared_columns(
        pl.concat(parts).sort("project_code", maintain_order=True), "milestones"
    )


def project_month(makings: Makings, made: Projects, year: int, month: int) -> pl.DataFrame:
    """Progress of the projects at work in a month."""
    first = np.datetime64(f"{year}-{month:02d}", "M")
    end = (first + 1).astype("datetime64[D]") - 1
    before = first.astype("datetime64[D]") - 1
    new_year, year_end = np.datetime64(f"{year - 1}-12-31"), np.datetime64(f"{year}-12-31")
    at_work = ~np.isnat(made.begun) & (made.begun <= end)
    at_work &= np.isnat(made.ended) | (made.ended >= first.astype("datetime64[D]"))
    rows = np.flatnonzero(at_work)
    works = (made.begun[rows], made.ending[rows], made.paused[rows])
    calm = np.zeros(rows.size, dtype=bool)
    plan = (made.start_due[rows], made.finish_due[rows], calm)
    total = made.total[rows]
    spent, until, old = (
        np.round(total * _done(d, *works) / 100) * 100 for d in (end, before, new_year)
    )
    planned = total * (_done(year_end, *plan) - _done(new_year, *plan))
    behind = _done(end, *plan) - _done(end, *works) > 0.15
    generator = dice(makings.seed, f"troubles {year}-{month}")
    words = generator.integers(0, len(_TROUBLES), rows.size)
    columns = {
        "project_code": made.frame["project_code"].gather(rows),
        "period": [f"{year}-{month:02d}"] * rows.size,
        "project_name": made.frame["name"].gather(rows),
        "invested_cny": spent - until,
        "invested_year_cny": spent - old,
        "invested_total_cny": spent,
        "planned_year_cny": np.maximum(np.round(planned / 100) * 100, 0),
        "progress_share": np.round(_done(end, *works), 3),
        "difficulties": [_TROUBLES[w] if b else None for w, b in zip(words, behind, strict=True)],
    }
    return declared_columns(pl.DataFrame(columns, strict=False), "project_month")
