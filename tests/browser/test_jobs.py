"""A job is asked for, watched and found done in a real browser; the pages bring the worker."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

pytestmark = pytest.mark.browser


def ask(page: Page) -> None:
    page.goto("/documents/")
    page.get_by_role("link", name="后台任务").click()
    form = page.locator("form", has=page.locator("input[value=targets]"))
    form.locator("input[type=date]").fill("2024-12-31")
    form.get_by_role("button", name="开始").click()
    page.wait_for_url("**/jobs/*-*/")


def test_the_page_follows_its_job_to_the_end(page: Page) -> None:
    ask(page)
    # Nobody reloads: the page asks how far it is and shows the result when it is there.
    expect(page.locator("[data-job-state]")).to_have_text("已完成", timeout=60_000)
    expect(page.locator("progress")).to_have_count(0)
    page.get_by_role("link", name="查看目标").click()
    page.wait_for_url("**/targets/?as_of=2024-12-31&vintage=*")
    page.goto("/jobs/")
    row = page.locator("tr", has_text="目标评价（基准日 2024-12-31）").first
    expect(row).to_contain_text("已完成")


def test_without_script_the_page_says_how_to_look_again(
    browser: Browser, server: str, signed_in_state: StorageState
) -> None:
    context = browser.new_context(
        locale="zh-CN", base_url=server, storage_state=signed_in_state, java_script_enabled=False
    )
    page = context.new_page()
    ask(page)
    for _ in range(120):
        reload = page.get_by_role("link", name="刷新")
        if reload.count() == 0:
            break
        reload.click()
        page.wait_for_timeout(500)
    expect(page.get_by_role("button", name="重做")).to_be_visible()
    context.close()
