"""The admin in a real Chromium: under our own Content-Security-Policy, nothing from outside."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def signed_in(
    page: Page,
    given: dict[str, str],
    request: pytest.FixtureRequest,
    first_sign_in: Callable[[Page, str, str], None],
) -> Page:
    """A page of somebody with an account of their own."""
    name = f"keeper-{request.node.name[:40]}".replace("[", "-").replace("]", "")
    made = subprocess.run(
        [sys.executable, "-c", "from liantu.cli import main; main()", "admin", "create", name],
        env=given, capture_output=True, text=True, check=True,
    )  # fmt: skip
    page.context.clear_cookies()
    page.goto("/admin/")
    first_sign_in(page, name, made.stdout.split()[-1])
    expect(page.locator(".brand")).to_be_visible()
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="站点管理")).to_be_visible(timeout=20_000)
    return page


def test_lists_records_and_history_open(signed_in: Page) -> None:
    page = signed_in
    page.get_by_role("link", name="批次", exact=True).first.click()
    page.locator("#result_list tbody a").first.click()
    expect(page.locator("body")).to_contain_text("文件摘要")
    page.goto("/admin/records/planedition/")
    page.locator("#result_list tbody a").first.click()
    expect(page.locator("pre.long").first).to_be_visible()


def test_the_sidebar_folds_and_stays_folded(signed_in: Page) -> None:
    page = signed_in
    menu = page.locator("#nav-sidebar-apps")
    expect(menu).to_be_visible()
    page.get_by_text("dock_to_right").first.click()
    expect(menu).to_be_hidden()
    page.reload()
    expect(menu).to_be_hidden()


def test_it_is_drawn_in_our_colours(signed_in: Page) -> None:
    colour = signed_in.evaluate(
        "getComputedStyle(document.documentElement).getPropertyValue('--color-primary-600').trim()"
    )
    assert colour == "#1c4b75"
