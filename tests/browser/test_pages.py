"""Clicks through the pages in a real Chromium.

The fixture ``page`` also holds every test to: no request leaves the server, no console error,
no failed request.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, StorageState, expect

pytestmark = pytest.mark.browser
ROOMS = ("总览", "目标", "规划文本", "文本审查", "数据台账", "数据来源", "调度文件", "方法与术语")


def looks_drawn(path: Path, *, colours: int = 40) -> bool:
    """A page that came out blank, or as one line of text, has few colours and few dark pixels."""
    picture = Image.open(path).convert("RGB")
    found = picture.getcolors(picture.width * picture.height) or []
    dark = sum(count for count, (red, green, blue) in found if red + green + blue < 300)
    return len(found) >= colours and dark > picture.width * picture.height * 0.002


def test_every_room_opens_from_the_navigation(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    for name in ROOMS:
        page.get_by_role("navigation", name="主导航").get_by_role("link", name=name).click()
        expect(page.locator("h1")).to_be_visible()
        assert page.locator(".tabs [aria-current]").inner_text() == name
        path = tmp_path / f"{name}.png"
        page.screenshot(path=path)
        assert looks_drawn(path), name


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080), (390, 844)])
def test_first_screen_at_every_size(page: Page, tmp_path: Path, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    for path in ("/", "/targets/b1.2/", "/targets/"):
        page.goto(path)
        # Nothing but a table's own scroller may be wider than the window.
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        shot = tmp_path / f"{width}.png"
        page.screenshot(path=shot)
        assert looks_drawn(shot), path


def test_overview_fits_one_screen(page: Page) -> None:
    page.goto("/")
    bottom = page.evaluate(
        "Math.max(...[...document.querySelectorAll('main section')]"
        ".map(section => section.getBoundingClientRect().bottom))"
    )
    assert bottom <= 900


def test_projector_is_dark_and_fills_the_screen(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/screen/")
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    shot = tmp_path / "screen.png"
    page.screenshot(path=shot)
    picture = Image.open(shot).convert("L").resize((64, 36))
    assert sum(picture.tobytes()) / (64 * 36) < 80
    page.get_by_role("link", name="返回总览").click()
    expect(page).to_have_title("总览 · 链图")


def test_choosing_a_date_changes_the_page_and_its_address(page: Page) -> None:
    page.goto("/targets/?light=unknown")
    page.select_option("#as_of", "2023-12-31")
    page.wait_for_url("**/*as_of=2023-12-31*")
    assert "light=unknown" in page.url
    page.get_by_role("link", name="总览").first.click()
    expect(page.locator("h1")).to_contain_text("截至2023年12月31日")


def test_switching_the_language_keeps_the_page(page: Page) -> None:
    page.goto("/targets/b1.2/?as_of=2024-12-31")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/targets/b1.2/?as_of=2024-12-31")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_keyboard_slash_arrows_and_enter(page: Page) -> None:
    page.goto("/targets/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("企业")
    shown = page.locator("tbody tr[data-href]:visible")
    count = shown.count()
    assert 0 < count < 10
    expect(page.locator("[data-count]")).to_have_text(str(count))
    assert "q=%E4%BC%81%E4%B8%9A" in page.url
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = shown.nth(1).locator("th a")
    assert second.evaluate("link => link === document.activeElement")
    name = second.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(name)


def test_a_reloaded_search_is_the_same_list(page: Page) -> None:
    page.goto("/targets/")
    page.fill("#q", "工业")
    before = page.locator("tbody tr[data-href]:visible").count()
    page.reload()
    assert page.locator("tbody tr[data-href]:visible").count() == before > 0


def test_columns_and_density_are_kept_in_the_address(page: Page) -> None:
    page.goto("/targets/")
    page.get_by_text("选列").click()
    page.get_by_role("checkbox", name="形式").check()
    expect(page.locator('th[data-col="form"]')).to_be_visible()
    page.get_by_role("checkbox", name="紧凑").check()
    page.reload()
    expect(page.locator('th[data-col="form"]')).to_be_visible()
    expect(page.locator("table[data-rows]")).to_have_class("sticky dense")


def test_sorting_by_light(page: Page) -> None:
    page.goto("/targets/")
    page.get_by_role("link", name="进度灯").click()
    words = page.locator("td[data-col=light]").all_inner_texts()
    order = ["滞后", "关注", "无法判断", "正常", "已完成"]
    assert [order.index(word.strip()) for word in words] == sorted(
        order.index(word.strip()) for word in words
    )


def test_chart_is_drawn_and_can_be_saved(page: Page, tmp_path: Path) -> None:
    page.goto("/targets/b1.2/")
    canvas = page.locator(".chart-canvas canvas")
    expect(canvas).to_be_visible()
    shot = tmp_path / "chart.png"
    page.locator(".chart-canvas").screenshot(path=shot)
    assert looks_drawn(shot, colours=20)
    for kind in ("png", "svg"):
        with page.expect_download() as download:
            page.locator(f"[data-save={kind}]").click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        assert path.suffix == f".{kind}"
        assert path.stat().st_size > 2000
    for kind in ("csv", "xlsx"):
        with page.expect_download() as download:
            page.get_by_role("link", name=kind, exact=True).click()
        assert download.value.suggested_filename.endswith(kind)


def test_saved_drawing_is_valid_and_holds_the_target(page: Page, tmp_path: Path) -> None:
    from xml.etree import ElementTree

    page.goto("/targets/b1.1/")
    with page.expect_download() as download:
        page.locator("[data-save=svg]").click()
    path = tmp_path / "chart.svg"
    download.value.save_as(path)
    texts = [
        node.text or "" for node in ElementTree.parse(path).iter() if node.tag.endswith("text")
    ]
    assert any("2025年目标" in text for text in texts)


def test_marks_in_the_plan_lead_to_targets_and_back(page: Page) -> None:
    page.goto("/plan/c3/")
    page.locator("mark#c3\\.2-1 a").click()
    expect(page.locator("blockquote")).to_contain_text("绿色工厂40家")
    page.locator("#clause").get_by_role("link").first.click()
    assert page.url.endswith("#c3.2-1")
    expect(page.locator("mark#c3\\.2-1")).to_be_in_viewport()


def test_assumptions_recompute(page: Page) -> None:
    page.goto("/plan/findings/")
    page.fill("#a-gdp_growth", "4")
    page.get_by_role("button", name="按此重算").click()
    assert "gdp_growth=4" in page.url
    expect(page.locator(".note").first).to_contain_text("假设已调整")


@pytest.mark.parametrize("kind", ["docx", "pdf", "xlsx"])
def test_papers_can_be_taken_away(page: Page, tmp_path: Path, kind: str) -> None:
    page.goto("/documents/")
    with page.expect_download() as download:
        page.get_by_role("link", name=kind, exact=True).first.click()
    path = tmp_path / "paper"
    download.value.save_as(path)
    assert download.value.suggested_filename.endswith(kind)
    assert path.read_bytes()[:4] in (b"PK\x03\x04", b"%PDF")


def test_everything_can_be_read_without_scripts(
    browser: Browser, server: str, signed_in_state: StorageState
) -> None:
    context = browser.new_context(
        java_script_enabled=False, base_url=server, storage_state=signed_in_state
    )
    page = context.new_page()
    page.goto("/targets/b1.2/")
    assert page.locator(".chart-canvas").is_hidden()
    assert page.locator("#trend table tbody tr").count() >= 5
    page.goto("/targets/")
    page.select_option("select[name=light]", "unknown")
    page.get_by_role("button", name="筛选").click()
    assert "light=unknown" in page.url
    context.close()


@pytest.mark.parametrize("path", ["/", "/targets/", "/targets/b1.2/", "/plan/findings/"])
def test_paper_is_a4_and_not_blank(page: Page, tmp_path: Path, path: str) -> None:
    import pypdfium2

    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    with pypdfium2.PdfDocument(tmp_path / "page.pdf") as paper:
        width, height = paper[0].get_size()
        assert (round(width), round(height)) in ((595, 842), (596, 842))
        text = paper[0].get_textpage().get_text_range()
        paper[0].render(scale=1).to_pil().save(tmp_path / "page.png")
    assert "数据版次" in text
    assert "English" not in text
    assert looks_drawn(tmp_path / "page.png")


def test_the_chart_on_paper_is_the_vector_drawing(page: Page) -> None:
    page.goto("/targets/b1.2/")
    page.locator(".chart-canvas canvas").wait_for()
    page.emulate_media(media="print")
    # A drawing that is not valid SVG fails to decode.
    page.locator(".chart-paper").evaluate("image => image.decode()")
    assert page.locator(".chart-paper").evaluate("image => image.naturalWidth") > 0
    assert page.locator(".chart-paper").is_visible()
    assert page.locator(".chart-canvas").is_hidden()
