"""Splink on a register whose names are split already: ``identity_splink.py ROWS PAIRS``.

Runs in an environment of its own (Splink pins what Liantu does not need). Prints the seconds from
the loaded frame to the scored pairs; training is part of the work.
"""

from __future__ import annotations

import sys
import time

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def main(rows: str, pairs: str) -> None:
    """Read ``rows`` (parquet), write all scored pairs to ``pairs`` (parquet)."""
    database = duckdb.connect()
    database.execute("CREATE TABLE firms AS SELECT * FROM read_parquet(?)", [rows])
    start = time.perf_counter()
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=[
            cl.CustomComparison(
                output_column_name="name",
                comparison_levels=[
                    cll.And(cll.NullLevel("core_key"), cll.NullLevel("whole_key")),
                    cll.ExactMatchLevel("whole_key"),
                    cll.ExactMatchLevel("core_key", term_frequency_adjustments=True),
                    cll.CustomLevel(
                        "core_key_l = former_core_r OR core_key_r = former_core_l",
                        "a former name's core",
                    ),
                    cll.JaroWinklerLevel("core_key", 0.9),
                    cll.JaroWinklerLevel("core_key", 0.7),
                    cll.ElseLevel(),
                ],
            ),
            cl.JaroWinklerAtThresholds("industry", [0.8]),
            cl.CustomComparison(
                output_column_name="name_area",
                comparison_levels=[
                    cll.NullLevel("name_area"),
                    cll.ExactMatchLevel("name_area", term_frequency_adjustments=True),
                    cll.CustomLevel(
                        "starts_with(name_area_l, name_area_r)"
                        " OR starts_with(name_area_r, name_area_l)",
                        "one within the other",
                    ),
                    cll.ElseLevel(),
                ],
            ),
            cl.CustomComparison(
                output_column_name="area_code",
                comparison_levels=[
                    cll.NullLevel("area_code"),
                    cll.ExactMatchLevel("area_code", term_frequency_adjustments=True),
                    cll.CustomLevel(
                        "substr(area_code_l, 1, 4) = substr(area_code_r, 1, 4)", "same city"
                    ),
                    cll.ElseLevel(),
                ],
            ),
            cl.DamerauLevenshteinAtThresholds("credit_code", [1, 2]),
            cl.ExactMatch("industry_code"),
            cl.ExactMatch("form_kind"),
            cl.ExactMatch("is_group"),
            cl.ExactMatch("branch"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("credit_code"),
            block_on("core_key"),
            "l.core_key = r.former_core",
            "l.former_core = r.core_key",
            block_on("area_code", "industry", "substr(core_key, 1, 1)"),
            block_on("area_code", "industry", "substr(core_key, 2, 1)"),
            block_on("area_code", "industry_code", "substr(core_key, 1, 1)"),
        ],
    )
    api = DuckDBAPI(connection=database)
    linker = Linker(api.register("firms"), settings)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("credit_code"), block_on("core_key", "area_code", "industry")], recall=0.7
    )
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    training.estimate_parameters_using_expectation_maximisation(block_on("core_key", "industry"))
    training.estimate_parameters_using_expectation_maximisation(block_on("credit_code"))
    training.estimate_parameters_using_expectation_maximisation(
        block_on("area_code", "industry_code")
    )
    found = linker.inference.predict(threshold_match_probability=0.01)
    table = found.physical_name
    count = database.execute(f"SELECT count(*) FROM {table}").fetchone()
    seconds = time.perf_counter() - start
    database.execute(
        f"COPY (SELECT id_l, id_r, match_probability FROM {table}) TO '{pairs}' (FORMAT parquet)"
    )
    print(f"{seconds:.3f} {count[0] if count else 0}")


if __name__ == "__main__":
    main(*sys.argv[1:])
