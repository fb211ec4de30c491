"""Indicators in a real Chromium: narrow windows, and a list worked by keyboard."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
FILL = Path(__file__).parent / "fill_records.py"


@pytest.fixture(scope="module")
def records(server: str, given: dict[str, str]) -> None:
    """The server's ledger also holds a small city of firms, parks and parcels."""
    done = subprocess.run([sys.executable, str(FILL)], env=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_list_is_searched_and_opened_by_keyboard(page: Page, records: None) -> None:
    page.goto("/indicators/")
    page.keyboard.press("/")
    page.keyboard.type("firms_registered_none_such")
    expect(page.locator("[data-count]")).to_have_text("0")
    page.locator("#q").fill("规上工业企业营业收入")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("营业收入")


def test_no_page_is_wider_than_a_telephone(page: Page, records: None) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    for path in (
        "/indicators/",
        "/indicators/above_scale_revenue/",
        "/indicators/compare/?m=above_scale_revenue&by=district",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
