"""Records in a real Chromium: a list by keyboard, two people at one record, forms, maps, paper."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

pytestmark = pytest.mark.browser
FILL = Path(__file__).parent / "fill_records.py"


@pytest.fixture(scope="module")
def records(server: str, given: dict[str, str]) -> str:
    """The server's ledger also holds a small city of firms, parks and parcels."""
    done = subprocess.run(
        [sys.executable, str(FILL)],
        env=given,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_list_is_worked_by_keyboard(page: Page, records: str) -> None:
    page.goto("/records/firms/?state=open")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("轴承")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=%E8%BD%B4%E6%89%BF*")
    assert "state=open" in page.url
    assert "page=" not in page.url
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    link = page.locator("tbody tr[data-href] th a").nth(1)
    name = link.inner_text()
    assert link.evaluate("link => link === document.activeElement")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)


def test_pages_are_turned_by_arrows_and_filters_stay(page: Page, records: str) -> None:
    page.goto("/records/firms/?sort=-capital_cny")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**page=2*")
    assert "sort=-capital_cny" in page.url
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**page=1*")


def test_columns_are_chosen_and_a_filter_is_dropped(page: Page, records: str) -> None:
    page.goto("/records/firms/?state=open")
    page.get_by_text("选列").click()
    page.get_by_role("checkbox", name="成立日期").check()
    page.locator(".columns-menu").get_by_role("button", name="筛选").click()
    expect(page.locator("thead")).to_contain_text("成立日期")
    page.get_by_role("link", name="经营状态：在营").click()
    assert "state=" not in page.url
    assert "columns=" in page.url


def test_two_people_at_one_record(
    browser: Browser, server: str, records: str, signed_in_state: StorageState
) -> None:
    context = browser.new_context(
        base_url=server, viewport={"width": 1440, "height": 900}, storage_state=signed_in_state
    )
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.goto(f"/records/firms/{records}/edit/")
    for page, name in ((first, "甲某"), (second, "乙某")):
        page.fill("#c-address", f"{name}路")
        page.get_by_role("button", name="保存").click()
    expect(first.locator("#cells")).to_contain_text("甲某路")
    clash = second.locator(".clash")
    expect(clash).to_contain_text("现值（planner已改）：甲某路")
    expect(clash.locator("input")).to_have_value("乙某路")
    second.get_by_role("button", name="保存").click()
    expect(second.locator("#cells")).to_contain_text("乙某路")
    second.get_by_role("link", name="历史").click()
    expect(second.locator(".changes").first).to_contain_text("甲某路")
    context.close()


def test_a_field_is_checked_when_it_is_left(page: Page, records: str) -> None:
    page.goto(f"/records/firms/{records}/edit/")
    page.fill("#c-capital_cny", "很多")
    page.keyboard.press("Tab")
    cell = page.locator('[data-cell="capital_cny"]')
    expect(cell.locator(".error")).to_contain_text("应为数字")
    expect(cell.locator(".error")).to_be_visible()
    page.fill("#c-capital_cny", "1,234.5")
    page.keyboard.press("Tab")
    expect(cell.locator(".error")).to_have_count(0)


def test_a_parcel_has_its_maps_and_nothing_comes_from_outside(page: Page, records: str) -> None:
    page.goto("/records/parcels/A1-0001/")
    expect(page.locator("svg.map")).to_have_count(2)
    box = page.locator("svg.map .map-own").last.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) > 40


@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_is_wider_than_the_window(page: Page, records: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    record = f"/records/firms/{records}/"
    for path in ("/records/", "/records/firms/", record, f"{record}edit/", f"{record}history/",
                 "/records/parcels/A1-0001/", f"/records/firms/merge/?keep={records}"):  # fmt: skip
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_a_list_without_scripts(
    browser: Browser, server: str, records: str, signed_in_state: StorageState
) -> None:
    context = browser.new_context(
        java_script_enabled=False, base_url=server, storage_state=signed_in_state
    )
    page = context.new_page()
    page.goto("/records/firms/")
    page.select_option("select[name=state]", "open")
    page.get_by_role("button", name="筛选").first.click()
    assert "state=open" in page.url
    context.close()


def test_a_record_prints_on_a4(page: Page, records: str, tmp_path: Path) -> None:
    import pypdfium2

    page.goto("/records/parcels/A1-0001/")
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    with pypdfium2.PdfDocument(tmp_path / "page.pdf") as paper:
        assert round(paper[0].get_size()[0]) in (595, 596)
        text = paper[0].get_textpage().get_text_range()
    assert "审图号" in text
    assert "删除" not in text
