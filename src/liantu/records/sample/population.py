"""Which firms there are, year by year, and how much they sell: entry, growth and exit.

The number of above-scale firms and their revenue come out as the catalogue says for every year
and sector; what single firms do is chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liantu.errors import UsageError
from liantu.records.sample.calibration import Calibration
from liantu.records.sample.dice import choose_within, dice, sample_by_weight
from liantu.records.sample.sizes import apportioned, lognormal_with_sum, rank_size, scaled_to

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

FEWEST, MOST = 200, 1_000_000
_MAIN_SHARE = 0.9
"""Least share of the main business in revenue: the threshold is one of main revenue."""
_UNDER_GIANTS = 0.95
_ENTRANT_SPREAD = 0.7


@dataclass(frozen=True)
class Population:
    """Firms by position. The first ``ever`` were above scale in some year.

    ``revenue`` is (firm, year) in yuan for those, 0 in years when they are not above scale;
    ``small_revenue`` is the last year's of the others.
    """

    size: int
    ever: int
    scale: float
    sector: Whole
    klass: Whole
    """(firm,) position of the class within its sector."""
    revenue: Array
    small_revenue: Array
    closed: NDArray[np.bool_]
    """(ever,) of those that left: closed, not merely grown small."""
    newly_built: NDArray[np.bool_]

    @property
    def active(self) -> NDArray[np.bool_]:
        """(ever, year): above scale in that year."""
        return np.asarray(self.revenue > 0)

    @property
    def entered(self) -> Whole:
        """(ever,) first year above scale, as a position."""
        return np.asarray(self.active.argmax(axis=1))

    @property
    def left(self) -> Whole:
        """(ever,) first year no longer above scale, or the number of years."""
        years = self.revenue.shape[1]
        return np.asarray(years - self.active[:, ::-1].argmax(axis=1))


def whole_city(calibration: Calibration) -> int:
    """Number of firms at which totals come out as published: the scale is one."""
    ever = _ever(calibration, _counts(calibration, 1.0))
    return round(ever / (1 - calibration.totals.turnover.below_scale))


def populate(calibration: Calibration, firms: int, seed: int) -> Population:
    """``firms`` firms of a city.

    A smaller city than the whole is the same city in small: numbers and totals are in
    proportion. A larger one has more firms below the threshold.

    Raises:
        UsageError: fewer than 200 or more than a million.
    """
    if not FEWEST <= firms <= MOST:
        raise UsageError(
            f"企业数 {firms} 超出范围。应为 {FEWEST} 至 {MOST}。",
            f"{firms} firms are out of range. Expected {FEWEST} to {MOST}.",
        )
    turnover = calibration.totals.turnover
    scale = min(1.0, firms / whole_city(calibration))
    counts = _counts(calibration, scale)
    grown = _Growth(calibration, scale, counts, dice(seed, "population"))
    grown.run()
    ever = len(grown.sector)
    generator = dice(seed, "population below scale")
    below = firms - ever
    shares = calibration.firm_shares()
    others = np.repeat(np.arange(len(shares)), apportioned(below, shares))
    sector = np.concatenate([grown.sector, generator.permutation(others)])
    klass = choose_within(
        generator, sector, [np.array([k.weight for k in s.classes]) for s in calibration.sectors]
    )
    return Population(
        size=firms,
        ever=ever,
        scale=scale,
        sector=sector,
        klass=klass,
        revenue=grown.revenue,
        small_revenue=np.exp(generator.uniform(np.log(1.5e6), np.log(1.8e7), below)),
        closed=generator.random(ever) < turnover.closing,
        newly_built=generator.random(ever) < turnover.newly_built,
    )


def _counts(calibration: Calibration, scale: float) -> Whole:
    published = calibration.totals.path("above_scale_firms")
    return np.asarray(np.rint(published * scale), dtype=np.int64)


def _leaving(calibration: Calibration, count: int) -> int:
    return round(count * calibration.totals.turnover.leaving)


def _ever(calibration: Calibration, counts: Whole) -> int:
    """Firms that are above scale in any year."""
    leaving = sum(_leaving(calibration, int(count)) for count in counts[:-1])
    return int(counts[-1]) + leaving


class _Growth:
    """Walks through the years, adding rows for those that enter."""

    def __init__(
        self, calibration: Calibration, scale: float, counts: Whole, generator: np.random.Generator
    ) -> None:
        self.calibration = calibration
        self.counts = counts
        self.generator = generator
        totals = calibration.totals
        self.scale = scale
        self.giants = round(totals.giants.published.value * scale)
        self.targets = calibration.revenue_shares() * totals.path("revenue_cny") * scale
        self.low = totals.turnover.threshold_cny / _MAIN_SHARE * 1.01
        self.high = totals.giants.smallest_cny * _UNDER_GIANTS
        self.sector = np.empty(0, dtype=np.int64)
        self.revenue = np.empty((0, len(totals.years)))

    def run(self) -> None:
        """All years, then all firms in random order."""
        self._begin()
        for year in range(1, len(self.counts)):
            self._step(year)
        order = self.generator.permutation(len(self.sector))
        self.sector, self.revenue = self.sector[order], self.revenue[order]

    def _begin(self) -> None:
        giants = self.calibration.totals.giants
        # A city in small has fewer giants, and the largest of them is smaller.
        largest = max(giants.largest_cny * self.scale, giants.smallest_cny * 1.05)
        sizes = rank_size(self.giants, largest, giants.smallest_cny)
        ids = [sector.id for sector in self.calibration.sectors]
        of_giants = np.array([ids.index(name) for name in giants.sectors[: self.giants]], dtype=int)
        counts = apportioned(int(self.counts[0]), self.calibration.firm_shares())
        for at, sector in enumerate(self.calibration.sectors):
            large = sizes[of_giants == at]
            others = lognormal_with_sum(
                self.generator,
                max(int(counts[at]) - large.size, 1),
                self.targets[at, 0] - large.sum(),
                sector.spread,
                self.low,
                self.high,
            )
            self._add(at, 0, np.concatenate([large, others]))

    def _step(self, year: int) -> None:
        self.revenue[:, year] = 0
        counts = apportioned(int(self.counts[year]), self.calibration.firm_shares())
        here = self.revenue[:, year - 1] > 0
        of_sector = [np.flatnonzero(here & (self.sector == at)) for at in range(len(counts))]
        held = np.array([rows.size for rows in of_sector])
        leaving = apportioned(
            _leaving(self.calibration, int(self.counts[year - 1])), held.astype(np.float64)
        )
        for at, rows in enumerate(of_sector):
            gone = max(int(leaving[at]), rows.size - int(counts[at]))
            self._sector_step(at, year, rows, gone, int(counts[at]) - (rows.size - gone))

    def _sector_step(self, at: int, year: int, rows: Whole, gone: int, new: int) -> None:
        """One sector: the small ones leave rather, the others grow, new ones come."""
        before = self.revenue[rows, year - 1]
        leavers = sample_by_weight(self.generator, before**-1.2, gone)
        kept = np.delete(np.arange(rows.size), leavers)
        spread = self.calibration.totals.turnover.growth_spread
        # Giants swing less (Sutton 2002): the spread falls with size.
        swing = spread * (before[kept] / self.low) ** -0.08
        noise = np.clip(self.generator.normal(0, 1, kept.size), -2.5, 2.5)
        grown = before[kept] * np.exp(swing * noise)
        mean = self.low * np.exp(_ENTRANT_SPREAD)
        fresh = lognormal_with_sum(
            self.generator, new, mean * new, _ENTRANT_SPREAD, self.low, self.high / 10
        )
        sizes = scaled_to(np.concatenate([grown, fresh]), self.targets[at, year], self.low)
        self.revenue[rows[kept], year] = sizes[: kept.size]
        self._add(at, year, sizes[kept.size :])

    def _add(self, at: int, year: int, sizes: Array) -> None:
        rows = np.zeros((sizes.size, self.revenue.shape[1]))
        rows[:, year] = sizes
        self.revenue = np.vstack([self.revenue, rows])
        self.sector = np.concatenate([self.sector, np.full(sizes.size, at, dtype=np.int64)])
