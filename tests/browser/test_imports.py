"""A real browser brings a real file with defects, mends what is sent back, and brings it again."""

from __future__ import annotations

from pathlib import Path

import fastexcel
import pytest
import xlsxwriter
from playwright.sync_api import Browser, Page, StorageState, expect

pytestmark = pytest.mark.browser

HEAD = ["园区代码", "季度", "从业人员（人）", "企业户数（户）", "联系人"]
ROWS = [
    ["W1", "2019Q1", 1200, 45, "甲"],
    ["W2", "2019年一季度", "待补", 12, "乙"],
    ["W3", "2019Q1", -4, 7, "丙"],
    ["合计", "", 1196, 64, ""],
]


def workbook(path: Path, rows: list[list[object]], head: list[str] = HEAD) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("园区季报")
        for at, cells in enumerate([["各园区一季度"], head, *rows]):
            sheet.write_row(at, 0, cells)
    return path


def send(page: Page, path: Path) -> None:
    page.goto("/imports/")
    page.get_by_role("link", name="导入一份文件").click()
    page.set_input_files("#file", path)
    expect(page.locator("[data-chosen]")).to_contain_text(path.name)
    page.get_by_role("button", name="上传并识别").click()
    page.wait_for_url("**/table/")


def mend(path: Path, to: Path) -> Path:
    """What a clerk does in a spreadsheet: the cells that are wrong are filled in."""
    sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string")
    head, *rows = [["" if c is None else str(c) for c in row] for row in sheet.to_polars().rows()]
    at = head.index("从业人员（人）")
    with xlsxwriter.Workbook(to) as book:
        page = book.add_worksheet()
        for number, cells in enumerate([head, *rows]):
            if cells[at] in ("待补", "-4"):
                cells[at] = "80"
            page.write_row(number, 0, cells)
    return to


def test_a_file_with_defects_is_mended_and_imported_again(page: Page, tmp_path: Path) -> None:
    send(page, workbook(tmp_path / "园区一季度.xlsx", ROWS))
    expect(page.locator("h1")).to_contain_text("看来是“园区季报”")
    page.get_by_role("button", name="下一步：对列").click()
    expect(page.locator("tr.left-aside th")).to_have_text("联系人")
    page.get_by_role("button", name="下一步：检查").click()
    expect(page.locator("h1")).to_contain_text("将新增1行")
    expect(page.locator("#back tbody tr")).to_have_count(2)
    expect(page.locator("#remarks")).to_contain_text("合计行")
    page.fill(".commit [name=reason]", "一季度报送")
    page.get_by_role("button", name="入库1行").click()
    page.wait_for_url("**/imports/batch/**")
    first = page.url
    expect(page.locator("h1")).to_contain_text("2行退回，待改正")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载待改正的行").click()
    sent_back = tmp_path / download.value.suggested_filename
    download.value.save_as(sent_back)
    assert sent_back.name.startswith("待改正-园区一季度")

    send(page, mend(sent_back, tmp_path / "改好.xlsx"))
    page.get_by_role("button", name="列名已认识，直接检查").click()
    expect(page.locator("h1")).to_contain_text("将新增2行")
    page.get_by_role("button", name="入库2行").click()
    page.wait_for_url("**/imports/batch/**")
    expect(page.locator("#records tbody")).to_contain_text("W2")
    page.goto(first)
    expect(page.locator("h1")).to_contain_text("都已改正再导入")
    page.get_by_role("link", name="查看退回的2行").click()
    expect(page.locator("td .light-done")).to_have_count(2)


def test_every_step_by_keyboard(page: Page, tmp_path: Path) -> None:
    path = workbook(tmp_path / "键盘.xlsx", [["K1", "2019Q1", 5, 1, ""]])
    page.goto("/imports/new/")
    page.set_input_files("#file", path)
    page.locator("#file").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/table/")
    page.locator("input[name=table]:checked").focus()
    page.keyboard.press("Tab")
    for _ in range(8):
        if page.evaluate("document.activeElement.value") == "check":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check/")
    page.locator(".commit [name=reason]").focus()
    page.keyboard.type("键盘")
    page.keyboard.press("Enter")
    page.wait_for_url("**/imports/batch/**")
    expect(page.locator("h1")).to_contain_text("1行")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_no_step_is_wider_than_the_window(
    page: Page, tmp_path: Path, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    name = "一个名字很长很长的文件_" * 5
    wide = [f"{n}号附加列" for n in range(30)]
    send(page, workbook(tmp_path / f"{name}.xlsx", [[*ROWS[0], *wide], *ROWS[1:]], [*HEAD, *wide]))
    addresses = [page.url, page.url.replace("/table/", "/columns/")]
    page.get_by_role("button", name="列名已认识，直接检查").click()
    page.wait_for_url("**/check/")
    addresses += [page.url, "/imports/", "/imports/new/", "/imports/rejected/", "/imports/review/",
                  "/imports/memory/?table=firm_month"]  # fmt: skip
    for address in addresses:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_without_scripts_all_steps_work(
    browser: Browser, server: str, signed_in_state: StorageState, tmp_path: Path
) -> None:
    context = browser.new_context(
        java_script_enabled=False, base_url=server, storage_state=signed_in_state
    )
    page = context.new_page()
    page.goto("/imports/new/")
    page.set_input_files("#file", workbook(tmp_path / "a.xlsx", [["N1", "2019Q2", 5, 1, ""]]))
    page.get_by_role("button", name="上传并识别").click()
    page.get_by_role("button", name="列名已认识，直接检查").click()
    page.get_by_role("button", name="入库1行").click()
    assert "/imports/batch/" in page.url
    context.close()
