"""Tells which registered firm a name of a file means: by code, by past decisions, by likeness.

A person's decision goes before the rules, in both directions: a name decided to mean a firm
means it, a name decided not to mean a firm is never given to it.
"""

from __future__ import annotations

from functools import cached_property

import polars as pl

from liantu.records import registers
from liantu.records.doors.problems import filled_in
from liantu.records.doors.resolving import ANSWERS, EVIDENCE
from liantu.records.doors.rules import door_rules
from liantu.records.identity.pairing import crowded, resolve
from liantu.records.identity.places import Places
from liantu.records.identity.review import subject
from liantu.records.models import CaseKind, CaseState, ReviewCase
from liantu.words import Language, words

_DECIDED = {
    "subject": pl.String(),
    "key": pl.String(),
    "state": pl.String(),
    "by": pl.String(),
    "because": pl.String(),
    "day": pl.String(),
}
_ENDS: tuple[tuple[str, Language], ...] = (("", "zh"), ("_en", "en"))


class FirmResolver:
    """The firms as registered now. Read when first asked; make a new one for each file."""

    register = "firms"

    def __call__(self, asked: pl.DataFrame) -> pl.DataFrame:
        """Answers for rows of ``name``, ``code`` and perhaps area, industry, former names."""
        rows = asked.with_row_index("id").with_columns(
            subject=pl.Series(
                [subject(n, c) for n, c in asked.select("name", "code").iter_rows()],
                dtype=pl.String,
            )
        )
        told = self._told(rows)
        open_rows = rows.join(told, left_on="id", right_on="at", how="anti")
        computed = self._computed(open_rows)
        return pl.concat([told, computed, self._crowded(open_rows)]).sort("at", maintain_order=True)

    @cached_property
    def _firms(self) -> pl.DataFrame:
        columns = ["key", "name", "credit_code", *EVIDENCE]
        return registers.read("firms", columns=columns).rename({"key": "id"})

    @cached_property
    def _decided(self) -> pl.DataFrame:
        """What persons decided, with the firm that stands for a merged one now."""
        said = ReviewCase.objects.filter(kind=CaseKind.ALIAS, register="firms").exclude(
            state__in=(CaseState.WAITING, CaseState.VOID)
        )
        rows = said.values_list("subject", "right_key", "state", "by", "because", "decided_at")
        ends = registers.merged("firms")
        return pl.DataFrame(
            [
                (what, ends.get(key, key), state, by, because, f"{at:%Y-%m-%d}" if at else "")
                for what, key, state, by, because, at in rows
            ],
            schema=_DECIDED,
            orient="row",
        )

    def _told(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Answers for names that a person decided about."""
        same = self._decided.filter(pl.col("state") == CaseState.SAME)
        names = self._firms.select(key="id", key_name="name")
        found = rows.select("id", "subject").join(same, on="subject").join(names, on="key")
        return _answers(
            found.unique("id", keep="first", maintain_order=True).with_columns(
                at=pl.col("id"),
                decision=pl.lit("same"),
                score=pl.lit(1.0),
                reason=filled_in(words().say("review.by_person", "zh")),
                reason_en=filled_in(words().say("review.by_person", "en")),
            )
        )

    def _computed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Answers by likeness, without what persons excluded."""
        if rows.is_empty() or self._firms.is_empty():
            return pl.DataFrame(schema=ANSWERS)
        left = rows.rename({"code": "credit_code"}).drop("subject")
        found = resolve(left, self._firms, places=self._places)
        known = rows.select("id", "subject")
        names = self._firms.select(right_id="id", key_name="name")
        excluded = self._decided.filter(pl.col("state") == CaseState.DIFFERENT)
        candidates = (
            found.join(known, left_on="left_id", right_on="id", maintain_order="left")
            .join(names, on="right_id", maintain_order="left")
            .join(
                excluded.select("subject", right_id="key").with_columns(no=True),
                on=["subject", "right_id"], how="left", maintain_order="left",
            )
        )  # fmt: skip
        no = pl.col("no").fill_null(value=False)
        same = pl.col("decision") == "same"
        # Two firms that a name fits equally are no answer; the likelier one is not taken.
        several = (same & ~no).sum().over("left_id") > 1
        return _answers(
            candidates.with_columns(
                at=pl.col("left_id"),
                key=pl.col("right_id"),
                by=pl.lit(""),
                decision=pl.when(no | (pl.col("decision") == "different")).then(pl.lit("near"))
                .when(same & several).then(pl.lit("review")).otherwise("decision"),
            )
        )  # fmt: skip

    def _crowded(self, rows: pl.DataFrame) -> pl.DataFrame:
        """A few of the firms of a name that too many bear to be compared; none is taken."""
        many = crowded(self._firms)
        most = door_rules().resolution.named
        found = (
            rows.select("id", "name")
            .join(many, on="name")
            .join(self._firms.select("name", key="id").sort("key"), on="name")
            .group_by("id", maintain_order=True)
            .head(most)
        )
        said = {f"reason{end}": words().say("review.crowded", lang) for end, lang in _ENDS}
        return _answers(
            found.with_columns(
                at=pl.col("id"),
                key_name=pl.col("name"),
                decision=pl.lit("near"),
                score=1.0 / pl.col("rows"),
                by=pl.lit(""),
                **{name: filled_in(sentence) for name, sentence in said.items()},
            )
        )

    @cached_property
    def _places(self) -> Places:
        areas = registers.read("areas", columns=["area_code", "name"]).unique()
        divisions = areas.filter(pl.col("area_code").str.contains(r"^\d{6}$"))
        return Places(divisions.sort("area_code", "name").iter_rows())


def firm_resolver() -> FirmResolver:
    """A resolver over the firms registered now and the decisions taken so far."""
    return FirmResolver()


def _answers(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(kind) for name, kind in ANSWERS.items())
