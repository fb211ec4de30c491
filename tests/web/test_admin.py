"""The admin: closed to all without an account, in Chinese, and nothing can be changed in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import unfold
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from liantu.records import models, registers
from liantu.records.accept import accept
from liantu.records.doors import check

pytestmark = pytest.mark.django_db

PO = Path(__file__).parents[2] / "src/liantu/web/locale/zh_Hans/LC_MESSAGES/django.po"
PAIRS = dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"', PO.read_text(encoding="utf-8"), re.M))


Accounts = Callable[..., User]


@pytest.fixture
def client(stranger: Client) -> Client:
    """Nobody yet."""
    return stranger


@pytest.fixture
def keeper(client: Client, accounts: Accounts) -> Client:
    """Somebody with an account."""
    client.force_login(accounts("keeper"))
    return client


@pytest.fixture
def ledger(settings: Any, tmp_path: Path) -> None:
    """A firm with two versions, a batch with a row sent back."""
    settings.HOME = tmp_path / "home"
    firm = {"credit_code": "91000100000000001U", "name": "第一<b>厂", "kind": "legal",
            "established_on": date(2010, 1, 1)}  # fmt: skip
    registers.upsert("firms", [firm], by="甲")
    registers.edit("firms", firm["credit_code"], {"kind": "site"}, 1, by="乙", reason="改正")
    path = tmp_path / "a.csv"
    path.write_text("园区代码,季度,从业人员（人）\nP1,2025Q1,100\nP2,2025Q1,多\n", encoding="utf-8")
    accept(check(path, "park_quarter"), by="丙")


# Who gets in ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["", "records/firm/", "records/firm/1/change/", "records/batch/", "search/?q=a",
                "auth/user/", "password_change/", "jsi18n/", "records/firm/1/history/"],
)  # fmt: skip
def test_every_page_is_closed(client: Client, ledger: None, address: str) -> None:
    response = client.get(f"/admin/{address}")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/sign-in/?next=%2Fadmin%2F")


def test_an_account_without_rights_sees_nothing(client: Client, accounts: Accounts) -> None:
    client.force_login(accounts("visitor", "reader"))
    page = client.get("/admin/", follow=True)
    assert page.status_code == 403
    assert "没有" in page.content.decode()


def test_flags_of_django_open_nothing(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root", password="a-long-enough-one"))
    assert client.get("/admin/", follow=True).status_code == 403
    assert client.get("/admin/records/firm/", follow=True).status_code == 403


# What is shown --------------------------------------------------------------------------------


def test_every_model_has_a_page(keeper: Client, ledger: None) -> None:
    shown = {model for model in admin.site._registry if model._meta.app_label == "records"}
    assert shown == set(models.Batch._meta.apps.get_app_config("records").get_models())
    for model in admin.site._registry:
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        page = keeper.get(address)
        assert page.status_code == 200, address
        row = model._default_manager.first()
        if row is not None:
            page = keeper.get(f"{address}{row.pk}/change/")
            assert page.status_code == 200, address
            assert (
                page.headers["Content-Security-Policy"]
                == (keeper.get("/methods/").headers["Content-Security-Policy"])
            )


def test_nothing_can_be_changed(keeper: Client, ledger: None) -> None:
    firm = models.Firm.objects.get()
    before = models.Firm.versions.count()
    for model in admin.site._registry:
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert keeper.get(f"{address}add/").status_code == 403
        row = model._default_manager.first()
        if row is not None:
            for action in ("change", "delete"):
                sent = keeper.post(f"{address}{row.pk}/{action}/", {"name": "x", "post": "yes"})
                assert sent.status_code == 403, (address, action)
        ticked = {"action": "delete_selected", "_selected_action": [row.pk if row else 1]}
        keeper.post(address, ticked)
    assert models.Firm.versions.count() == before
    assert models.Batch.objects.count() == 1
    assert models.Firm.objects.get().name == firm.name


def test_a_record_shows_its_versions_and_words(keeper: Client, ledger: None) -> None:
    row = models.Firm.objects.get()
    listed = keeper.get("/admin/records/firm/").content.decode()
    assert "产业活动单位" in listed
    page = keeper.get(f"/admin/records/firm/{row.pk}/change/").content.decode()
    assert "第一&lt;b&gt;厂" in page
    assert "<b>厂" not in page
    told = keeper.get(f"/admin/records/firm/{row.pk}/history/").content.decode()
    assert "法人单位 → 产业活动单位" in told
    assert told.index("改正") < told.rindex("新增")


def test_the_password_is_shown_to_nobody(keeper: Client) -> None:
    account = User.objects.get()
    page = keeper.get(f"/admin/auth/user/{account.pk}/change/").content.decode()
    assert account.password not in page
    assert "pbkdf2" not in page


@pytest.mark.parametrize(
    "asked",
    ["auth/user/?username=keeper&password__startswith=p", "auth/user/?password=p",
     "records/firm/?name__regex=.*", "records/batch/?table__startswith=p",
     "admin/logentry/?user__password__startswith=p"],
)  # fmt: skip
def test_fields_that_are_not_shown_cannot_be_guessed(
    keeper: Client, ledger: None, asked: str
) -> None:
    assert keeper.get(f"/admin/{asked}").status_code == 400


def test_filters_that_a_list_offers_work(
    keeper: Client, ledger: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows(asked: str) -> int:
        page = keeper.get(f"/admin/records/{asked}")
        assert page.status_code == 200, asked
        return int(page.context["cl"].result_count)

    assert rows("batch/?table=park_quarter&synthetic__exact=0&o=-2&p=1") == 1
    assert rows("batch/?table__in=firms&q=a.csv") == 0
    assert rows("firm/?q=第一") == 1
    assert rows("reviewcase/?kind__exact=firm&state__exact=open") == 0
    monkeypatch.setattr(admin.site._registry[models.Batch], "date_hierarchy", "accepted_at")
    year = models.Batch.objects.get().accepted_at.year
    assert rows(f"batch/?accepted_at__year={year}") == 1
    for found in re.findall(
        r'href="\?([^"]+)"', keeper.get("/admin/records/batch/").content.decode()
    ):
        rows(f"batch/?{found.replace('&amp;', '&')}")


# In Chinese -----------------------------------------------------------------------------------


def test_no_english_is_left_on_the_pages(keeper: Client, ledger: None) -> None:
    for address in ("", "records/firm/", "records/batch/", "records/lakefile/", "auth/user/"):
        page = keeper.get(f"/admin/{address}").content.decode()
        text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page, flags=re.S)
        assert not [phrase for phrase in PAIRS if len(phrase) > 6 and phrase in text]
        assert "数据台账" in text or "记录台账" in text or "登记表" in text


def test_unfold_says_everything_in_chinese() -> None:
    folder = Path(unfold.__file__).parent / "templates"
    said = {
        phrase
        for path in folder.rglob("*.html")
        if "crispy" not in str(path)
        for phrase in re.findall(r"""{%\s*trans(?:late)?\s+"([^"]+)\"""", path.read_text())
        + re.findall(r"""{%\s*trans(?:late)?\s+'([^']+)'""", path.read_text())
    }
    assert len(said) > 50
    with translation.override("zh-hans"):
        assert [phrase for phrase in said if translation.gettext(phrase) == phrase] == []
        # The compiled catalogue is that of the text beside it.
        assert [one for one, zh in PAIRS.items() if translation.gettext(one) != zh] == []
