"""Bulletins: frozen, the same again, with what changed and was corrected; clerks' templates."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import docx
import polars as pl
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from liantu.documents.clerk import fill_template, template, write_template
from liantu.documents.rendering import rendered
from liantu.documents.reporting import bulletin
from liantu.errors import InvalidPeriod, NotFound, NothingToCompute, UnreadableInput, UsageError
from liantu.plan.compiler import compile_text
from liantu.records import access
from liantu.records.ledger import load_plan
from liantu.records.models import Batch
from liantu.systems.dispatch import ledger
from liantu.systems.dispatch.edition import Edition
from liantu.systems.reporting.bulletins import issue_monthly, issue_weekly
from liantu.systems.reporting.correcting import ask, decide
from liantu.systems.reporting.errata import errata_of, mark_of, with_errata
from liantu.systems.reporting.opening import open_cycle
from liantu.systems.reporting.steps import cycle_named, sheet_named, take

from .conftest import DISTRICTS, FIRMS, Bring

pytestmark = pytest.mark.django_db

MONTH = "2026-10"
FIRM = next(iter(FIRMS))
PLAN = Path(__file__).parents[2] / "web" / "data" / "plan.txt"
Publish = Callable[[str], None]


@pytest.fixture
def publish(bring: Bring) -> Publish:
    """Takes a month all the way."""
    words = PLAN.read_text(encoding="utf-8")
    load_plan(compile_text(words), words)

    def month(code: str) -> None:
        open_cycle("firm_month", code, by="规划处")
        for district in DISTRICTS:
            bring(district, code, revenue=5000)
            take(sheet_named(cycle_named("firm_month", code), district), "file", by=district)
            take(sheet_named(cycle_named("firm_month", code), district), "accept", by="市局")
        for step in ("file", "accept", "evaluate", "publish"):
            take(sheet_named(cycle_named("firm_month", code), "city"), step, by="市局")

    return month


def correct(value: str) -> None:
    sheet = sheet_named(cycle_named("firm_month", MONTH), "A1")
    decide(ask(sheet, FIRM, "营业收入", value, reason="漏计", by="东区"), grant=True, by="市局")


def words_of(edition: Edition) -> str:
    document = docx.Document(io.BytesIO(rendered(edition, "docx")))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    heads = [p.text for section in document.sections for p in section.header.paragraphs]
    return "\n".join([*(p.text for p in document.paragraphs), *cells, *heads])


def test_nothing_is_reported_before_it_is_published(publish: Publish, bring: Bring) -> None:
    with pytest.raises(NothingToCompute, match="没有已发布"):
        issue_monthly(MONTH)


def test_a_bulletin_says_what_was_filed_and_where_each_figure_is_from(
    publish: Publish, bring: Bring
) -> None:
    for district in DISTRICTS:
        bring(district, "2025-10", revenue=4000)
    publish(MONTH)
    edition = issue_monthly(MONTH)
    assert (edition.kind, edition.number, edition.period) == ("monthly", 1, MONTH)
    assert edition.vintage == cycle_named("firm_month", MONTH).vintage
    said = words_of(edition)
    assert "应报单位3个" in said
    assert "营业收入合计60,000万元" in said
    assert "同比+25.0%" in said
    figures = {one.id: one for one in edition.figures}
    total = figures["firm_month.all.revenue_cny"]
    assert total.text == "60,000"
    assert total.refs == (f"firm_month/{MONTH}/firm_month.all.revenue_cny@{edition.vintage}",)
    assert {one.id for one in edition.rules} >= {"rules/cycles.yaml", "documents/monthly.yaml"}


def test_the_same_again_is_the_same_edition_byte_for_byte(publish: Publish) -> None:
    publish(MONTH)
    first, second = issue_monthly(MONTH), issue_monthly(MONTH)
    assert first == second
    stored = ledger.read("monthly", 1)
    for ending in ("docx", "pdf", "xlsx"):
        assert rendered(first, ending) == rendered(stored, ending)


def test_the_next_edition_shows_what_changed(publish: Publish) -> None:
    publish(MONTH)
    issue_monthly(MONTH)
    correct("6000")
    second = issue_monthly(MONTH)
    assert second.number == 2
    assert second.previous is not None
    assert second.previous.number == 1
    changed = {one.name: (one.before, one.after) for one in second.changes}
    assert changed["规上工业企业月报：全市 营业收入"] == ("60,000", "61,000")
    assert changed["规上工业企业月报：东区 营业收入"] == ("20,000", "21,000")
    assert "勘误1" in words_of(second)


def test_an_erratum_stands_on_every_page_of_the_edition_before(publish: Publish) -> None:
    publish(MONTH)
    first = issue_monthly(MONTH, now=timezone.now() - timedelta(minutes=1))
    before = rendered(first, "docx")
    assert errata_of(first) == ()
    correct("6000")
    slips = errata_of(first)
    shown = with_errata(first, slips)
    said = words_of(shown)
    assert "5000万元，更正为6000万元" in said
    with zipfile.ZipFile(io.BytesIO(rendered(shown, "docx"))) as parts:
        heads = [name for name in parts.namelist() if name.startswith("word/header")]
        assert len(heads) >= 2  # of odd and of even pages
        assert all("本期有勘误1处" in parts.read(name).decode() for name in heads)
    assert rendered(shown, "docx") == rendered(with_errata(first, errata_of(first)), "docx")
    assert rendered(ledger.read("monthly", 1), "docx") == before  # the edition itself stands
    assert errata_of(issue_monthly(MONTH)) == ()  # the new one was made with it
    assert mark_of(slips) != mark_of(())


def test_the_spreadsheet_holds_the_tables_as_numbers(publish: Publish) -> None:
    publish(MONTH)
    content = rendered(issue_monthly(MONTH), "xlsx")
    page = pl.read_excel(
        io.BytesIO(content), sheet_name="1", read_options={"header_row": 1}
    )  # fmt: skip
    assert dict(page.select("单位", "营业收入（万元）").rows()) == dict.fromkeys(
        DISTRICTS.values(), 20000
    )


def test_a_weekly_report_says_who_filed_and_who_is_late(publish: Publish, bring: Bring) -> None:
    bring("A1", MONTH)
    open_cycle("firm_month", MONTH, by="规划处")
    take(sheet_named(cycle_named("firm_month", MONTH), "A1"), "file", by="东区")
    today = timezone.localdate()
    year, week, _ = today.isocalendar()
    code = f"{year}-W{week:02}"
    first = issue_weekly(code)
    said = words_of(first)
    assert "本周报送1件" in said
    assert first.number == 1
    assert issue_weekly(code) == first
    take(sheet_named(cycle_named("firm_month", MONTH), "A1"), "accept", by="市局")
    second = issue_weekly(code)
    changed = {one.name: (one.before, one.after) for one in second.changes}
    assert changed["规上工业企业月报 2026-10 已接收"] == ("0", "1")
    with pytest.raises(UsageError, match="还没有可报告"):
        issue_weekly(f"{year + 2}-W01")


def test_a_week_is_told_again_as_it_stood(publish: Publish, bring: Bring) -> None:
    """Byte for byte, by the day, after other steps, later weeks and later batches."""
    bring("A1", MONTH)
    cycle = open_cycle("firm_month", MONTH, by="规划处", now=at(2026, 11, 2))
    take(sheet_named(cycle, "A1"), "file", by="东区", now=at(2026, 11, 3))
    take(sheet_named(cycle, "A1"), "send_back", by="市局", reason="缺", now=at(2026, 11, 4))
    take(sheet_named(cycle, "A1"), "file", by="东区", now=at(2026, 11, 5))
    Batch.objects.update(accepted_at=at(2026, 11, 1))
    first = issue_weekly("2026-W45", now=at(2026, 11, 4, 20))
    assert "本周报送1件，接收0件，退回1件" in words_of(first)
    assert (first.as_of, first.vintage) == (date(2026, 11, 4), str(Batch.objects.get().pk))
    end = issue_weekly("2026-W45", now=at(2026, 11, 20))
    assert "本周报送2件" in words_of(end)
    assert end.as_of == date(2026, 11, 8)
    take(sheet_named(cycle, "A1"), "accept", by="市局", now=at(2026, 11, 10))
    bring("A2", MONTH)
    Batch.objects.filter(pk__gt=int(first.vintage)).update(accepted_at=at(2026, 11, 15))
    assert issue_weekly("2026-W45", now=at(2026, 12, 1)).canonical() == end.canonical()
    again = issue_weekly("2026-W45", now=at(2026, 12, 1), as_of="2026-11-04")
    assert again.canonical() == first.canonical()
    morning = issue_weekly("2026-W45", now=at(2026, 12, 1), as_of="2026-11-03T00:00:00+08:00")
    assert "本周报送0件" in words_of(morning)
    for wrong in ("2026-11-01", "2026-11-09", "2027-01-01"):
        with pytest.raises(UsageError, match="不在"):
            issue_weekly("2026-W45", now=at(2026, 12, 1), as_of=wrong)


def at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return timezone.make_aware(datetime(year, month, day, hour))  # noqa: DTZ001 - made aware


def test_files_are_written_by_one_call(publish: Publish, tmp_path: Path) -> None:
    publish(MONTH)
    own = tmp_path / "office.docx"
    write_template(own)
    paths = bulletin("monthly", MONTH, tmp_path / "out", template=own)
    assert [path.suffix for path in paths] == [".docx", ".pdf", ".xlsx", ".docx"]
    assert (
        bulletin("monthly", MONTH, tmp_path / "again", template=own)[3].read_bytes()
        == paths[3].read_bytes()
    )


def edited(folder: Path, words: str) -> Path:
    """The template with a paragraph that a clerk added."""
    document = docx.Document(io.BytesIO(template()))
    document.add_paragraph(words)
    path = folder / "edited.docx"
    document.save(str(path))
    return path


def test_a_clerks_words_stay_and_the_names_are_filled(publish: Publish, tmp_path: Path) -> None:
    publish(MONTH)
    path = edited(tmp_path, "联系人：王某　第{{ number }}期")
    filled = docx.Document(io.BytesIO(fill_template(path, issue_monthly(MONTH))))
    said = [p.text for p in filled.paragraphs]
    assert "联系人：王某　第1期" in said
    assert any("营业收入合计60,000万元" in text for text in said)
    assert [cell.text for cell in filled.tables[0].rows[1].cells][:1] == ["东区"]


@pytest.mark.parametrize(
    "words",
    [
        "{{ nobody }}",
        "{{ title.__class__.__mro__ }}",
        "{{ title",
        "{% for x in range(10**9) %}{% endfor %}",
        "{% include 'x' %}",
    ],
)
def test_a_template_that_asks_for_more_is_refused(
    words: str, publish: Publish, tmp_path: Path
) -> None:
    publish(MONTH)
    with pytest.raises(UsageError, match="无法填写"):
        fill_template(edited(tmp_path, words), issue_monthly(MONTH))


def test_text_of_a_register_is_text_in_a_template(publish: Publish, tmp_path: Path) -> None:
    publish(MONTH)
    path = tmp_path / "t.docx"
    write_template(path)
    edition = issue_monthly(MONTH)
    hostile = edition.model_copy(
        update={"paper": edition.paper.model_copy(update={"signed": "<w:p/>{{ 7*7 }}&"})}
    )
    said = [p.text for p in docx.Document(io.BytesIO(fill_template(path, hostile))).paragraphs]
    assert "<w:p/>{{ 7*7 }}&" in said


def test_what_is_no_template_is_told(publish: Publish, tmp_path: Path) -> None:
    publish(MONTH)
    edition = issue_monthly(MONTH)
    with pytest.raises(NotFound):
        fill_template(tmp_path / "none.docx", edition)
    text = tmp_path / "a.docx"
    text.write_text("no zip")
    with pytest.raises(UnreadableInput):
        fill_template(text, edition)
    with zipfile.ZipFile(tmp_path / "b.docx", "w") as other:
        other.writestr("x", "y")
    with pytest.raises(UnreadableInput):
        fill_template(tmp_path / "b.docx", edition)


def test_a_page_and_a_command_issue_the_same_edition_under_the_letterhead(
    publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(MONTH)
    head = tmp_path / "letterhead.yaml"
    head.write_text("issuer: 某市经济和信息化局\n", encoding="utf-8")
    monkeypatch.setenv("LIANTU_LETTERHEAD", str(head))
    made = User.objects.create(username="规划处")
    access.grant(made, "planner", access.CITY)
    client = Client()
    client.force_login(made)
    assert client.post(reverse("bulletin-issue", args=[MONTH])).status_code == 302
    bulletin("monthly", MONTH, tmp_path / "out")
    (only,) = ledger.listed()
    assert ledger.read("monthly", only.number).paper.signed == "某市经济和信息化局"


def test_bulletins_are_written_in_the_background(publish: Publish) -> None:
    from liantu.web.jobs import queue
    from liantu.web.jobs.doing import do
    from liantu.web.jobs.models import Job, State

    publish(MONTH)
    week = timezone.localdate().isocalendar()
    for kind, period in (("monthly", MONTH), ("weekly", f"{week.year}-w{week.week:02}")):
        results = []
        for _ in range(2):
            job = queue.ask(kind, {"period": period})
            do(job.pk)
            job = Job.objects.get(pk=job.pk)
            assert job.state == State.DONE, job.error
            results.append(job.result)
        assert results[0]["kind"] == kind
        assert results[0]["period"] == period.upper()
        if kind == "monthly":
            assert results[0] == results[1], "asked for again, it is the same one"
    with pytest.raises(InvalidPeriod):
        queue.ask("monthly", {"period": "2026Q3"})
    nothing = queue.ask("monthly", {"period": "2020-01"})
    do(nothing.pk)
    assert Job.objects.get(pk=nothing.pk).state == State.FAILED
