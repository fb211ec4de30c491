"""All declared measures of firms by area, park and chain, beside a hand-written script.

Firms, their registers and their months are made by a seeded generator; nothing is cached between
runs but the files. The script computes the same sums, counts and ratios as one would by hand, for
the same months and groups, from the same files; the scan reads the columns and adds them up::

    python -m benchmarks.indicators                       # 5,000 firms × 60 months
    python -m benchmarks.indicators --firms 1000000 --months 12
    python -m benchmarks.indicators --sizes               # three sizes: is the cost linear?
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from liantu.indicators.catalogue import Catalogue
from liantu.indicators.compute import compute
from liantu.indicators.duck import DuckEngine
from liantu.indicators.inputs import Inputs, from_parquet
from liantu.indicators.loading import FOLDER, load
from liantu.indicators.planning import closure, passes
from liantu.indicators.time import span
from liantu.indicators.values import Grouping

AREAS, PARKS, CHAINS, INDUSTRIES = 23, 70, 30, 31
BY: tuple[Grouping, ...] = ((), ("district",), ("park",), ("chain",))
_DAY = date(2031, 1, 1)
_AT_ONCE = 12
"""Months made at a time."""
_SMALL, _LARGE = (5_000, 60), (1_000_000, 12)
_SIZES = ((25_000, 12), (50_000, 12), (100_000, 12))


def months(count: int) -> list[str]:
    """Codes of so many months, the last one December 2030."""
    last = span("2030-12")
    return [last.earlier(back).code for back in range(count - 1, -1, -1)]


def make(folder: Path, firms: int, count: int) -> dict[str, list[Path]]:
    """Registers and months as Parquet files; the files of each table."""
    generator = np.random.default_rng(5)
    codes = pl.Series([f"F{number:07d}" for number in range(firms)])
    area = generator.integers(AREAS, size=firms)
    frames = {
        "areas": pl.DataFrame({
            "area_code": [f"D{n:02d}" for n in range(AREAS)], "level": ["district"] * AREAS,
            "valid_from": [date(2000, 1, 1)] * AREAS, "tier": [f"T{n % 4}" for n in range(AREAS)],
            "name": [f"D{n:02d}" for n in range(AREAS)],
        }),
        "parks": pl.DataFrame({
            "park_code": [f"P{n:02d}" for n in range(PARKS)], "system_version": ["1"] * PARKS,
            "name": [f"P{n:02d}" for n in range(PARKS)],
            "area_code": [f"D{n % AREAS:02d}" for n in range(PARKS)],
        }),
        "chains": pl.DataFrame({"chain_id": [f"C{n:02d}" for n in range(CHAINS)]}),
        "firms": pl.DataFrame({
            "credit_code": codes, "area_code": [f"D{n:02d}" for n in area],
            "park_code": [f"P{n:02d}" for n in generator.integers(PARKS, size=firms)],
            "industry_code": [str(n) for n in generator.integers(1300, 4300, size=firms)],
            "state": generator.choice(["open", "open", "open", "paused"], size=firms),
            "size": generator.choice(["large", "medium", "small", "micro"], size=firms),
            "ownership": generator.choice(["state", "private", "foreign"], size=firms),
            "above_scale": generator.random(firms) < 0.9,
            "established_on": [date(2000, 1, 1)] * firms,
        }),
        "products": pl.DataFrame({
            "credit_code": pl.concat([codes, codes]), "product": ["x"] * firms + ["y"] * firms,
            "year": [2024] * 2 * firms,
            "chain_id": [f"C{n:02d}" for n in generator.integers(CHAINS, size=2 * firms)],
        }),
    }  # fmt: skip
    found: dict[str, list[Path]] = {}
    for name, frame in frames.items():
        found[name] = [folder / f"{name}.parquet"]
        frame.write_parquet(found[name][0])
    found["firm_month"] = []
    listed = months(count)
    for start in range(0, count, _AT_ONCE):
        path = folder / f"firm_month-{start}.parquet"
        _months(codes, listed[start : start + _AT_ONCE], generator).write_parquet(path)
        found["firm_month"].append(path)
    return found


def _months(
    codes: pl.Series, listed: Sequence[str], generator: np.random.Generator
) -> pl.DataFrame:
    rows = len(codes) * len(listed)
    revenue = np.round(generator.lognormal(15, 1.5, rows), 2)
    share = {"value_added_cny": 0.25, "main_revenue_cny": 0.9, "profit_cny": 0.06, "tax_cny": 0.05,
             "export_cny": 0.1, "investment_cny": 0.04}  # fmt: skip
    said = {name: np.round(revenue * part * generator.random(rows) * 2, 2)
            for name, part in share.items()}  # fmt: skip
    frame = pl.DataFrame({
        "credit_code": pl.concat([codes] * len(listed)),
        "period": pl.Series(np.repeat(np.array(listed), len(codes))),
        "revenue_cny": revenue, "output_cny": np.round(revenue * 1.02, 2), **said,
        "employees": generator.integers(5, 3000, size=rows),
        "electricity_kwh": np.round(revenue * 0.05, 1), "gas_m3": np.round(revenue * 0.002, 1),
        "energy_tce": np.round(revenue * 0.00001, 3),
    })  # fmt: skip
    return frame.filter(pl.Series(generator.random(rows) > 0.02))


def of_months(catalogue: Catalogue) -> list[str]:
    """Every declared measure that comes of the months of firms alone."""
    found: dict[str, bool] = {}
    for name, compiled in catalogue.compiled.items():
        if compiled.derived is not None:
            found[name] = all(found[one] for one in compiled.derived.inputs)
        else:
            found[name] = compiled.measure.of == "firm_month"
    monthly = [name for name, own in found.items() if own]
    return [name for name in monthly if "month" in catalogue.compiled[name].periods]


def ours(catalogue: Catalogue, inputs: Inputs, count: int, memory: str) -> int:
    """Values computed."""
    wanted = of_months(catalogue)
    asked = [span(code) for code in months(count)]
    planned = passes(catalogue, closure(catalogue, wanted, asked, BY))
    with DuckEngine(inputs, catalogue, memory=memory) as engine:
        engine.open({one.table for one in planned})
        return compute(catalogue, inputs, wanted, asked, BY, engine=engine).frame.height


BY_HAND = """
WITH rows AS (
    SELECT m.*, f.area_code, f.park_code FROM read_parquet({months}) m
    LEFT JOIN read_parquet({firms}) f USING (credit_code)
)
SELECT period, {group}, count(*) AS units, sum(revenue_cny) / 1e8 AS revenue,
    sum(output_cny) / 1e8 AS output, sum(value_added_cny) / 1e8 AS added,
    sum(profit_cny) / 1e8 AS profit, sum(tax_cny) / 1e8 AS tax, sum(export_cny) / 1e8 AS export,
    sum(investment_cny) / 1e8 AS investment, sum(employees) AS employees,
    sum(electricity_kwh) / 1e8 AS electricity, sum(energy_tce) / 1e4 AS energy,
    100 * sum(profit_cny) / nullif(sum(revenue_cny), 0) AS margin,
    100 * sum(export_cny) / nullif(sum(revenue_cny), 0) AS exported,
    sum(energy_tce) / nullif(sum(output_cny) / 1e4, 0) AS intensity,
    100 * count_if(profit_cny < 0) / count(profit_cny) AS losses,
    median(profit_cny / nullif(revenue_cny, 0)) AS median_margin,
    sum(revenue_cny * revenue_cny) / pow(sum(revenue_cny), 2) AS hhi
FROM {source} GROUP BY ALL
"""


def by_hand(files: dict[str, list[Path]]) -> int:
    """What one would write by hand for some of the same figures: four queries, one a grouping."""
    listed = str([str(path) for path in files["firm_month"]])
    firms = str([str(path) for path in files["firms"]])
    products = str([str(path) for path in files["products"]])
    chain = (
        f"(SELECT rows.*, chain_id FROM rows JOIN (SELECT DISTINCT credit_code, chain_id"
        f" FROM read_parquet({products})) USING (credit_code))"
    )
    groups = {"'city'": "rows", "area_code": "rows", "park_code": "rows", "chain_id": chain}
    rows = 0
    with duckdb.connect() as connection:
        for group, source in groups.items():
            sql = BY_HAND.format(months=listed, firms=firms, group=group, source=source)
            rows += len(connection.execute(sql).fetchall())
    return rows


def scan(files: dict[str, list[Path]]) -> int:
    """Every column that the measures read, added up without groups."""
    listed = str([str(path) for path in files["firm_month"]])
    columns = ("revenue_cny", "output_cny", "value_added_cny", "profit_cny", "tax_cny",
               "export_cny", "investment_cny", "employees", "electricity_kwh", "gas_m3",
               "energy_tce", "main_revenue_cny")  # fmt: skip
    cells = ", ".join(f"sum({name})" for name in columns)
    with duckdb.connect() as connection:
        connection.execute(f"SELECT count(*), {cells} FROM read_parquet({listed})").fetchall()
    return sum(pl.scan_parquet(path).select(pl.len()).collect().item()
               for path in files["firm_month"])  # fmt: skip


def timed(work: Callable[[], int]) -> tuple[float, float, int]:
    """Seconds on the clock, seconds of all cores together, and what came."""
    start, busy = time.perf_counter(), time.process_time()
    found = work()
    return time.perf_counter() - start, time.process_time() - busy, found


def run(firms: int, count: int, memory: str, repeat: int) -> None:
    """One size: ours, the script and the scan, each the best of some runs."""
    catalogue = load((FOLDER,))
    with tempfile.TemporaryDirectory() as folder:
        files = make(Path(folder), firms, count)
        inputs = from_parquet(files, _DAY)
        works: dict[str, Callable[[], int]] = {
            "all measures": lambda: ours(catalogue, inputs, count, memory),
            "script by hand": lambda: by_hand(files),
            "scan": lambda: scan(files),
        }
        best = {name: min(timed(work) for _ in range(repeat)) for name, work in works.items()}
    measures = len(of_months(catalogue))
    rows = best["scan"][2]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{firms:,} firms × {count} months, {rows:,} rows, {measures} measures by"
          f" {AREAS} areas, {PARKS} parks, {CHAINS} chains; peak {peak:.1f} GB")  # fmt: skip
    for name, (seconds, busy, found) in best.items():
        speed = rows / seconds / 1e6
        print(f"  {name:16} {seconds:8.2f} s ({busy:8.2f} s of cores)  {found:>12,}"
              f"  {speed:8.2f} M rows/s")  # fmt: skip
    print(f"  share of scan speed: {best['scan'][0] / best['all measures'][0]:.1%}")


def main() -> None:
    """See the head of the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--firms", type=int, default=_SMALL[0])
    parser.add_argument("--months", type=int, default=_SMALL[1])
    parser.add_argument("--memory", default="6GB", help="most that the engine may take")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--large", action="store_true", help="1,000,000 firms × 12 months")
    parser.add_argument("--sizes", action="store_true", help="three sizes, for linearity")
    asked = parser.parse_args()
    sizes = _SIZES if asked.sizes else (_LARGE,) if asked.large else ((asked.firms, asked.months),)
    for firms, count in sizes:
        run(firms, count, asked.memory, asked.repeat)


if __name__ == "__main__":
    main()
