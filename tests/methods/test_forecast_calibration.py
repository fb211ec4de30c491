"""The projection rules' figures, measured again on provincial series, and their coverage.

Rolling-origin forecasts of yearly series of 31 provinces: 3 to 6 points shown, 1 to 5 years ahead.
Series of one province stay together when provinces are left out, since they move together.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from liantu.methods import forecast as f
from liantu.systems.targets.rules import ProjectionRule, progress_rules

Series = tuple[np.ndarray, np.ndarray]
Corpus = dict[str, dict[str, list[Series]]]
LENGTHS = (3, 4, 5, 6)
WHOLE_COUNTRY = "全国"


def _read(folder: Path, file: str, variable: str = "", column: str = "value") -> dict[str, Series]:
    table = pl.read_csv(folder / file, infer_schema_length=20000)
    if variable:
        table = table.filter(pl.col("variables") == variable)
    table = table.filter(pl.col("province") != WHOLE_COUNTRY).drop_nulls(column)
    found = {}
    for (province,), rows in table.group_by("province", maintain_order=True):
        rows = rows.unique("year", keep="first").sort("year")
        if rows.height > min(LENGTHS):
            found[str(province)] = (
                rows["year"].to_numpy().astype(int),
                rows[column].to_numpy().astype(float),
            )
    return found


def _logs(series: dict[str, Series], typical: float) -> dict[str, Series]:
    """Logs of positive series; very small counts jump by their grain, not by their course."""
    return {
        province: (years, np.log(values))
        for province, (years, values) in series.items()
        if (values > 0).all() and np.median(values) >= typical
    }


def _logits(series: dict[str, Series], lowest: float) -> dict[str, Series]:
    return {
        province: (years, np.log(values / (100 - values)))
        for province, (years, values) in series.items()
        if (values > lowest).all()
    }


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Corpus:
    folder = shared / "data" / "province_tech"
    firms = _read(folder, "IndustryOperation.csv.gz", "v4_cy_scjy_qys")
    revenue = _read(folder, "IndustryOperation.csv.gz", "v4_cy_scjy_zyyw")
    profit = _read(folder, "IndustryOperation.csv.gz", "v4_cy_scjy_lrze")
    hightech = _read(folder, "HitechFirmsPub.csv.gz", column="num")
    institutes = _read(folder, "IndustryRD.csv.gz", "v4_cy_RDhd_yfjgs")
    intensity = _read(folder, "RDIntense.csv.gz", "v4_ztr_qd_RD")
    outlay = _read(folder, "RDIntense.csv.gz", "v4_ztr_jf_RD")
    margin = {
        province: (years, profit[province][1] / values * 100)
        for province, (years, values) in revenue.items()
        if np.array_equal(years, profit[province][0]) and np.median(values) > 300
    }
    parts = {
        "projection.count": [_logs(firms, 50), _logs(hightech, 20), _logs(institutes, 20)],
        "projection.flow": [_logs(revenue, 1), _logs(outlay, 1)],
        "projection.share": [_logits(intensity, 0), _logits(margin, 0.5)],
    }
    found: Corpus = {}
    for kind, groups in parts.items():
        found[kind] = {}
        for group in groups:
            for province, one in group.items():
                found[kind].setdefault(province, []).append(one)
    return found


def _errors(rule: ProjectionRule, groups: dict[str, list[Series]]) -> dict[str, f.Errors]:
    """Errors of every province, measured once."""
    return {
        province: f.rolling_origin(series, rule.method, damping=rule.damping, lengths=LENGTHS)
        for province, series in groups.items()
    }


def _pooled(errors: Iterable[f.Errors]) -> f.Errors:
    rows = list(errors)
    return f.Errors(
        np.concatenate([one.horizon for one in rows]),
        np.concatenate([one.error for one in rows]),
        np.concatenate([one.own_scale for one in rows]),
        np.concatenate([one.own_steps for one in rows]),
    )


def _calibrate(rule: ProjectionRule, errors: f.Errors) -> f.Calibration:
    return f.calibrate(
        errors,
        rule.method,
        damping=rule.damping,
        prior_points=rule.prior_points,
        coverage=RULES.coverage,
    )


RULES = progress_rules().projection


@pytest.mark.parametrize("rule", RULES.kinds, ids=lambda rule: rule.id)
def test_declared_figures_are_measured_and_intervals_cover_what_they_say(
    rule: ProjectionRule, corpus: Corpus
) -> None:
    errors = _errors(rule, corpus[rule.id])
    measured = _calibrate(rule, _pooled(errors.values()))
    assert rule.scale == pytest.approx(measured.scale, rel=0.02), measured
    assert rule.quantiles == pytest.approx(measured.quantiles, rel=0.02), measured
    rng = np.random.default_rng(2025)
    shares = []
    for _ in range(12):  # calibrated on half of the provinces, checked on the other half
        order = rng.permutation(sorted(errors))
        half = len(order) // 2
        calibration = _calibrate(rule, _pooled(errors[one] for one in order[:half]))
        unseen = _pooled(errors[one] for one in order[half:])
        shares.append(list(f.covered(unseen, calibration).values()))
    mean = np.mean(shares, axis=0)
    assert mean == pytest.approx(np.full(5, RULES.coverage), abs=0.05), mean


@pytest.mark.parametrize("rule", RULES.kinds, ids=lambda rule: rule.id)
def test_the_declared_method_is_no_worse_than_plain_ones(
    rule: ProjectionRule, corpus: Corpus
) -> None:
    every = [one for group in corpus[rule.id].values() for one in group]
    few = every[::3]
    chosen = f.rolling_origin(few, rule.method, damping=rule.damping, lengths=LENGTHS)
    for plain in ("last", "theta"):
        errors = f.rolling_origin(few, plain, lengths=LENGTHS)
        assert np.median(np.abs(chosen.error)) <= np.median(np.abs(errors.error)) * 1.05
