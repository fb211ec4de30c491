"""One whole month in real browsers: three districts file (one late, one wrong), the city accepts,
evaluates and publishes the bulletin, a correction makes an erratum, the auditor reads it all."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent


def run(given: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command on the server's ledger."""
    return subprocess.run(
        [sys.executable, *arguments], env=given, capture_output=True, text=True, check=False
    )


def filled(given: dict[str, str], what: str) -> dict[str, Any]:
    done = run(given, str(HERE / "fill_month.py"), what)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


People = Callable[[str], Page]


@pytest.fixture
def month(server: str, given: dict[str, str]) -> dict[str, Any]:
    return filled(given, "open")


@pytest.fixture
def people(browser: Browser, server: str, month: dict[str, Any]) -> Iterator[People]:
    """The page of a person who has signed in; nothing outside the server, no complaint."""
    contexts, pages, complaints = [], {}, []

    def page_of(name: str) -> Page:
        if name not in pages:
            context = browser.new_context(
                viewport={"width": 1440, "height": 900}, locale="zh-CN", base_url=server
            )
            contexts.append(context)
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "response",
                lambda got: (
                    complaints.append(f"{got.status} {got.url}")
                    if got.status >= 400 or not got.url.startswith((server, "data:", "blob:"))
                    else None
                ),
            )
            page.goto("/cycles/")
            page.fill("[name=login]", name)
            page.fill("[name=password]", month["password"])
            page.keyboard.press("Enter")
            page.wait_for_url(f"{server}/cycles/")
            pages[name] = page
        return pages[name]

    yield page_of
    for context in contexts:
        context.close()
    assert complaints == []


def type_in(page: Page, month: dict[str, Any], district: str, figures: list[str]) -> None:
    """Every firm's revenue and staff, typed and kept as drafts."""
    number = month["sheets"][district]
    mine = [code for code, area in month["firms"].items() if area == district]
    for code, revenue in zip(mine, figures, strict=True):
        page.goto(f"/cycles/sheet/{number}/?row={code}")
        page.fill("#c-revenue_cny", revenue)
        page.fill("#c-employees", "100")
        page.get_by_role("button", name="存草稿并检查").click()
        page.wait_for_load_state()


def file(page: Page, month: dict[str, Any], district: str) -> None:
    page.goto(f"/cycles/sheet/{month['sheets'][district]}/")
    page.get_by_role("button", name="报送（含草稿").click()
    expect(page.locator(".lead")).to_contain_text("已报")


def line(page: Page, name: str) -> Any:
    return page.locator(".cycle-units tbody tr").filter(has_text=name)


def test_one_whole_month(
    people: People, month: dict[str, Any], given: dict[str, str], tmp_path: Path
) -> None:
    address = f"/cycles/firm_month/{month['month']}/"

    east = people("east")
    expect(east.locator(".tabs .badge")).to_have_text("1")
    type_in(east, month, "M1", ["5000", "6000"])
    file(east, month, "M1")

    west = people("west")
    type_in(west, month, "M2", ["50000000", "7000"])  # 元 where 万元 is asked for
    expect(west.locator(".lead")).to_contain_text("草稿 2 行")
    west.goto(f"/cycles/sheet/{month['sheets']['M2']}/?only=told#row")
    expect(west.locator(".sheet-rows tbody tr")).to_have_count(1)
    file(west, month, "M2")

    filled(given, "due")
    city = people("city")
    city.goto(address)
    expect(line(city, "南郊区")).to_contain_text("滞后")
    expect(line(city, "西郊区").locator("td.num.light-watch")).to_be_visible()
    line(city, "东郊区").get_by_role("button", name="接收", exact=True).click()
    expect(line(city, "东郊区")).to_contain_text("已接收")
    back = line(city, "西郊区").locator("form").filter(has_text="退回")
    back.locator("[name=reason]").fill("营业收入疑为元，请核对单位")
    back.get_by_role("button").click()
    expect(line(city, "西郊区")).to_contain_text("待报")

    west.goto(f"/cycles/sheet/{month['sheets']['M2']}/")
    expect(west.locator("#history")).to_contain_text("请核对单位")
    type_in(west, month, "M2", ["5000", "7000"])
    file(west, month, "M2")
    south = people("south")
    type_in(south, month, "M3", ["3000", "2000"])
    file(south, month, "M3")
    expect(south.locator(".lead")).to_contain_text("迟报")

    city.goto(address)
    for name in ("西郊区", "南郊区"):
        line(city, name).get_by_role("button", name="接收", exact=True).click()
        expect(line(city, name)).to_contain_text("已接收")
    for step in ("报送", "接收", "评价", "发布"):
        city.locator(".steps-row").first.get_by_role("button", name=step, exact=True).click()
        city.wait_for_load_state()
    city.get_by_role("button", name="编发本月通报").click()
    expect(city.locator("#monthly-1")).to_contain_text(month["month"])

    # What stands accepted is changed by nobody, whichever way it comes.
    code = next(code for code, area in month["firms"].items() if area == "M1")
    path = tmp_path / "late.csv"
    head = "统一社会信用代码,月份,营业收入（万元）"
    path.write_text(f"{head}\n{code},{month['month']},9999", encoding="utf-8")
    done = run(given, "-c", "from liantu.cli import main; main()", "data", "import", str(path))
    assert done.returncode == 13, done.stderr
    assert "东郊区" in done.stderr

    east.goto(f"/cycles/sheet/{month['sheets']['M1']}/?row={code}")
    east.select_option("[name=column]", "营业收入（万元）")
    east.fill("#correct [name=value]", "5500")
    east.fill("#correct [name=reason]", "漏计一条产线")
    east.get_by_role("button", name="提出申请").click()
    city.goto(address)
    expect(city.locator("#corrections")).to_contain_text("漏计一条产线")
    city.get_by_role("button", name="同意更正").click()
    expect(city.locator("#errata")).to_contain_text("5000")
    city.get_by_role("button", name="编发本月通报").click()
    expect(city.locator("#monthly-2")).to_be_visible()

    auditor = people("audit")
    auditor.goto(address)
    expect(auditor.locator("#errata")).to_contain_text("漏计一条产线")
    expect(auditor.locator("#history")).to_contain_text("退回")
    expect(auditor.locator("main form")).to_have_count(0)
    auditor.goto(f"/cycles/sheet/{month['sheets']['M1']}/")
    expect(auditor.locator("#errata")).to_be_visible()
    auditor.goto("/documents/")
    first = auditor.locator("#monthly-1")
    expect(first).to_contain_text("勘误 1 处")
    with auditor.expect_download() as coming:
        first.get_by_role("link", name="docx").click()
    document = docx.Document(io.BytesIO(Path(coming.value.path()).read_bytes()))
    said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "5000万元，更正为5500万元" in said
    assert "本期为首期" in said
