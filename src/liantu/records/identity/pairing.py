"""Which rows of two registers mean the same firm: by code first, then by name with a score.

Nothing is merged here. Every pair comes back with a decision (same, review, different) and the
reason for it; what goes to review waits for a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from liantu.records.identity.blocks import candidates
from liantu.records.identity.likeness import Likeness, likeness
from liantu.records.identity.places import Places
from liantu.records.identity.reasons import RULES, reasons
from liantu.records.identity.rows import ready
from liantu.records.identity.rules import IdentityRules, identity_rules
from liantu.records.identity.trade_words import peeled

Decision = Literal["same", "review", "different"]

SCHEMA: dict[str, pl.DataType] = {
    "score": pl.Float64(),
    "decision": pl.String(),
    "reason": pl.String(),
    "reason_en": pl.String(),
}
_SAME, _REVIEW, _DIFFERENT = 2, 1, 0


@dataclass(frozen=True)
class ReviewPair:
    """Two rows that may be one firm, for a person to decide."""

    left_id: str
    left_name: str
    right_id: str
    right_name: str
    score: float
    reason: str
    reason_en: str


def resolve(
    left: pl.DataFrame, right: pl.DataFrame, *, places: Places | None = None
) -> pl.DataFrame:
    """Compare the firms of two frames.

    Args:
        left, right: ``id``, ``name``; where known ``credit_code``, ``former_names``,
            ``area_code``, ``industry_code`` (see :func:`liantu.records.identity.rows.ready`).
        places: areas that names are read by; those of the catalogue unless given.
    Returns:
        One row a pair worth a thought: ``left_id``, ``right_id``, ``score`` (0–1, the chance
        that both are one firm), ``decision``, ``reason``, ``reason_en``; the best first for
        each ``left_id``. Pairs that share nothing, or whose codes tell them apart, are not
        listed: they are different.
    Raises:
        InvalidRecords: a needed column is missing, or an id occurs twice.
    """
    one, other = ready(left, places), ready(right, places)
    return _decided(one, other, left["id"], right["id"])


def duplicates(frame: pl.DataFrame, *, places: Places | None = None) -> pl.DataFrame:
    """Compare the rows of one register among themselves; each pair once, as :func:`resolve`."""
    rows = ready(frame, places)
    return _decided(rows, rows, frame["id"], frame["id"])


def crowded(frame: pl.DataFrame) -> pl.DataFrame:
    """Names that so many rows bear that they are not compared pair by pair.

    Returns:
        ``name`` and ``rows``, the most frequent first. Such names are no evidence; other columns
        must tell the rows apart.
    """
    limit = identity_rules().blocks.largest
    counts = frame.group_by("name").agg(pl.len().alias("rows"))
    return counts.filter(pl.col("rows") > limit).sort("rows", "name", descending=[True, False])


def review_queue(
    decided: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame
) -> list[ReviewPair]:
    """The pairs of ``decided`` that a person must look at, the likeliest first."""
    names = [
        frame.select(pl.col("id").alias(f"{side}_id"), pl.col("name").alias(f"{side}_name"))
        for side, frame in (("left", left), ("right", right))
    ]
    waiting = (
        decided.filter(pl.col("decision") == "review")
        .join(names[0], on="left_id", how="left")
        .join(names[1], on="right_id", how="left")
        .sort("score", descending=True, maintain_order=True)
    )
    return [
        ReviewPair(
            str(row["left_id"]), row["left_name"] or "", str(row["right_id"]),
            row["right_name"] or "", row["score"], row["reason"], row["reason_en"],
        )
        for row in waiting.iter_rows(named=True)
    ]  # fmt: skip


def _decided(
    one: pl.DataFrame, other: pl.DataFrame, left_ids: pl.Series, right_ids: pl.Series
) -> pl.DataFrame:
    rules = identity_rules()
    one, other = peeled(one, other, rules.learning)
    pairs = candidates(one, other, rules.blocks)
    rows = one["row"].to_numpy(), other["row"].to_numpy()
    i, j = (pairs[name].to_numpy().astype(np.int64) for name in ("i", "j"))
    if one is other:
        forward = rows[0][i] < rows[0][j]
        i, j = i[forward], j[forward]
    alike = likeness(one, other, i, j, rules)
    i, j = alike.i, alike.j
    rule, verdict = _judge(alike, rules)
    table = pl.DataFrame(
        {"i": i, "j": j, "a": rows[0][i], "b": rows[1][j], "bits": alike.bits, "rule": rule,
         "verdict": verdict, **alike.findings}
    )  # fmt: skip
    # A firm's former names are rows of their own: the one that fits best speaks for the pair.
    best = table.sort("verdict", "bits", descending=True).unique(["a", "b"], keep="first")
    best = _without_rivals(best, one, other, rules)
    best = best.sort("a", "verdict", "bits", "b", descending=[False, True, True, False])
    zh, en = reasons(best, one, other)
    return pl.DataFrame(
        {
            "left_id": left_ids.gather(best["a"]),
            "right_id": right_ids.gather(best["b"]),
            "score": 1 / (1 + np.exp2(-best["bits"].to_numpy().clip(-60, 60))),
            "decision": best["verdict"].replace_strict(
                [_SAME, _REVIEW, _DIFFERENT],
                ["same", "review", "different"],
                return_dtype=pl.String,
            ),
            "reason": zh,
            "reason_en": en,
        }
    )


def _judge(
    alike: Likeness, rules: IdentityRules
) -> tuple[NDArray[np.int8], NDArray[np.int8]]:  # fmt: skip
    """Rule that decided, and verdict, of each pair. The first rule that fits decides."""
    same_code, other_code = alike.is_("code", "same"), alike.is_("code", "differs")
    known_core = ~alike.is_("core", "differs")
    own_name = alike.is_("core", "same") & ~alike.is_("name_area", "differs")
    close = own_name & alike.is_("industry", "same", "unsaid") & ~alike.is_("form", "differs")
    likely = alike.bits >= rules.thresholds.same
    possible = (alike.bits >= rules.thresholds.review) | alike.is_("name", "same")
    # However high the score, a name that is not the same needs a place in common and more: other
    # regions have their namesakes, a group names its firms alike, short trade names one character
    # apart are many, and words of trade are nobody's own.
    here = alike.is_("area", "same")
    placed = here | alike.is_("area", "same_city") | alike.is_("name_area", "same", "nested")
    whole_trade = here & alike.is_("trade", "same")
    own = alike.is_("core", "same") & (
        alike.is_("industry", "same") | (alike.is_("industry", "related") & here)
    )
    nearly = alike.is_("core", "contained") | (alike.is_("core", "typo") & ~alike.short)
    enough = alike.is_("code", "slip") | (
        ~alike.is_("area", "differs")
        & (alike.is_("name", "same") | (placed & alike.telling & (own | (nearly & whole_trade))))
    )
    ladder = [
        ("branch", alike.is_("branch", "differs"), _DIFFERENT),
        ("code_and_name", same_code & known_core, _SAME),
        ("code_not_name", same_code, _REVIEW),
        ("name_not_code", other_code & close, _REVIEW),
        ("other_code", other_code, _DIFFERENT),
        ("group", likely & alike.is_("group", "differs"), _REVIEW),
        ("name_alone", likely & ~enough, _REVIEW),
        ("likely", likely, _SAME),
        ("possible", possible, _REVIEW),
    ]
    where = [found for _, found, _ in ladder]
    names = [np.int8(RULES.index(name)) for name, _, _ in ladder]
    rule = np.select(where, names, np.int8(RULES.index("unlikely"))).astype(np.int8)
    verdicts = [np.int8(verdict) for _, _, verdict in ladder]
    return rule, np.select(where, verdicts, np.int8(_DIFFERENT)).astype(np.int8)


def _without_rivals(
    best: pl.DataFrame, one: pl.DataFrame, other: pl.DataFrame, rules: IdentityRules
) -> pl.DataFrame:
    """Send to review what would tie one row to firms whose codes say they are different.

    A row without a code of its own may fit two firms. It is the same as the better one only if
    that leads clearly; the other goes to review in any case.
    """
    for mine, side, rows in (("a", "j", other), ("b", "i", one)):
        codes = rows.select(
            pl.int_range(pl.len(), dtype=pl.Int64).alias(side),
            pl.when("holds").then("code").otherwise(pl.lit("")).alias("their_code"),
        )
        seen = best.join(codes, on=side, how="left", maintain_order="left")
        named = (pl.col("verdict") == _SAME) & (pl.col("their_code") != "")
        peak = pl.col("bits").filter(named)
        top = pl.col("their_code").filter(named).sort_by(peak, descending=True).first()
        seen = seen.with_columns(top_code=top.over(mine), top_bits=peak.max().over(mine))
        rival = named & (pl.col("their_code") != pl.col("top_code"))
        seen = seen.with_columns(
            next_bits=pl.col("bits").filter(rival).max().over(mine), rival=rival
        )
        close = pl.col("next_bits") > pl.col("top_bits") - rules.thresholds.rival_margin
        sent = named & (pl.col("rival") | close) & (pl.col("code") != 1)
        best = seen.with_columns(
            verdict=pl.when(sent).then(pl.lit(_REVIEW, pl.Int8)).otherwise("verdict"),
            rule=pl.when(sent).then(pl.lit(RULES.index("rivals"), pl.Int8)).otherwise("rule"),
        ).select(best.columns)
    return best
