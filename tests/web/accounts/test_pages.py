"""Pages of accounts: everybody's for whoever keeps them, one's own for everybody; all logged."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client

from liantu.records import access, audit, registers
from liantu.web.models import AccountState

pytestmark = pytest.mark.django_db

Accounts = Callable[..., User]
PAGES = ("/accounts/", "/accounts/new/", "/accounts/of/li/")
CHANGES = ("grant", "revoke", "reset", "close", "open", "factor", "sessions")


@pytest.fixture
def li(accounts: Accounts) -> User:
    return accounts("li", "reader")


@pytest.fixture
def districts() -> None:
    areas = [
        {"area_code": "510001", "name": "甲区", "level": "district"},
        {"area_code": "510002", "name": "<b>新区", "level": "zone"},
        {"area_code": "510000", "name": "云溪市", "level": "city"},
    ]
    registers.upsert("areas", [{**area, "valid_from": date(2000, 1, 1)} for area in areas], by="甲")


def acts() -> list[str]:
    return [entry.action for entry in audit.all_entries()]


def held(name: str) -> list[str]:
    rows = access.grants(User.objects.get(username=name))
    return [f"{r.role} {r.scope_kind}{r.scope_key}" for r in rows if r.revoked_at is None]


# Everybody's ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "scope"),
    [("planner", "city"), ("desk", "city"), ("district", "district:510001"),
     ("park", "park:P1"), ("firm", "firm:91000100000000001U"), ("reader", "city"),
     ("auditor", "city"), ("chain_office", "chain:C1")],
)  # fmt: skip
def test_nobody_but_administrators_gets_near(
    accounts: Accounts, li: User, role: str, scope: str
) -> None:
    client = Client()
    client.force_login(accounts("someone", role, scope))
    before = li.password
    for address in PAGES:
        assert client.get(address).status_code == 403, address
    sent = {"name": "x", "role": "administrator", "scope": "city"}
    assert client.post("/accounts/new/", sent).status_code == 403
    for change in CHANGES:
        assert client.post(f"/accounts/of/li/{change}/", sent).status_code == 403, change
    li.refresh_from_db()
    assert (li.password, li.is_active, held("li")) == (before, True, ["reader city"])
    assert User.objects.filter(username="x").count() == 0
    assert acts().count("refused") == len(PAGES) + 1 + len(CHANGES)


def test_an_account_is_made_with_a_password_shown_once(client: Client, districts: None) -> None:
    form = client.get("/accounts/new/").content.decode()
    assert "甲区（510001）" in form
    assert "&lt;b&gt;新区（510002）" in form
    assert "云溪市" not in form
    sent = {"name": "wang", "role": "district", "scope": "district:510001"}
    page = client.post("/accounts/new/", sent)
    assert "no-store" in page.headers["Cache-Control"]
    secret = html.unescape(
        re.search(r'class="secret">([^<]+)<', page.content.decode())[1]  # type: ignore[index]
    )
    made = User.objects.get(username="wang")
    assert made.check_password(secret)
    assert AccountState.objects.get(user=made).must_change
    assert held("wang") == ["district district510001"]
    assert acts()[-2:] == ["granted", "account_created"]
    assert secret not in "".join(audit.exported(audit.all_entries()))
    for address in (*PAGES[:2], "/accounts/of/wang/", "/audit/"):
        assert secret not in client.get(address).content.decode()
    assert "未改临时密码" in client.get("/accounts/").content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "", "role": "reader", "scope": "city"}, "不能建立账号"),
        ({"name": "li", "role": "reader", "scope": "city"}, "不能建立账号"),
        ({"name": "张 三", "role": "reader", "scope": "city"}, "不能建立账号"),
        ({"name": "wang", "role": "king", "scope": "city"}, "没有角色"),
        ({"name": "wang", "role": "district", "scope": "city"}, "不能授予"),
        ({"name": "wang", "role": "reader", "scope": "moon:1"}, ""),
        ({"name": "wang", "role": "reader", "scope": ""}, ""),
        ({"name": "wang"}, ""),
    ],
)
def test_what_cannot_be_made_is_said_and_nothing_is(
    client: Client, li: User, sent: dict[str, str], said: str
) -> None:
    before = User.objects.count()
    page = client.post("/accounts/new/", sent)
    assert page.status_code == 400
    assert said in page.content.decode()
    assert 'role="alert"' in page.content.decode()
    assert User.objects.count() == before


def test_roles_are_given_and_taken_back(client: Client, li: User) -> None:
    code = "91000100000000001U"
    client.post("/accounts/of/li/grant/", {"role": "firm", "scope": "city", "firm": code})
    assert held("li") == ["reader city", f"firm firm{code}"]
    page = client.post("/accounts/of/li/grant/", {"role": "firm", "firm": code})
    assert page.status_code == 400
    assert "已有角色" in page.content.decode()
    client.post("/accounts/of/li/revoke/", {"role": "reader", "scope": "city"})
    assert held("li") == [f"firm firm{code}"]
    shown = client.get("/accounts/of/li/").content.decode()
    assert "已收回的角色" in shown
    assert acts()[-2:] == ["granted", "revoked"]
    assert client.post("/accounts/of/li/revoke/", {"role": "reader"}).status_code == 400


def test_a_password_is_reset_and_an_account_closed_and_opened(client: Client, li: User) -> None:
    theirs = Client()
    theirs.force_login(li)
    page = client.post("/accounts/of/li/reset/").content.decode()
    secret = html.unescape(re.search(r'class="secret">([^<]+)<', page)[1])  # type: ignore[index]
    assert theirs.get("/account/").status_code == 302
    li.refresh_from_db()
    assert li.check_password(secret)
    theirs.force_login(li)
    client.post("/accounts/of/li/close/")
    assert theirs.get("/account/").status_code == 302
    assert not theirs.login(username="li", password=secret)
    assert "已停用" in client.get("/accounts/of/li/").content.decode()
    client.post("/accounts/of/li/reset/")
    li.refresh_from_db()
    assert li.is_active
    told = [act for act in acts() if act.startswith(("password", "account"))]
    assert told == ["password_reset", "account_closed", "account_opened"]


def test_nobody_locks_themselves_out(client: Client) -> None:
    me = "administrator"
    assert client.post(f"/accounts/of/{me}/close/").status_code == 400
    sent = {"role": "administrator", "scope": "city"}
    assert client.post(f"/accounts/of/{me}/revoke/", sent).status_code == 400
    assert client.get("/accounts/").status_code == 200


def test_a_lost_phone_is_taken_off(client: Client, li: User) -> None:
    Authenticator.objects.create(user=li, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert "取消第二因素" in client.get("/accounts/of/li/").content.decode()
    client.post("/accounts/of/li/factor/")
    assert not Authenticator.objects.exists()
    assert acts()[-1] == "factor_removed"


def test_accounts_of_a_service_have_no_password_to_reset(client: Client, li: User) -> None:
    AccountState.objects.update_or_create(user=li, defaults={"source": "ldap"})
    page = client.post("/accounts/of/li/reset/")
    assert page.status_code == 400
    assert "由 ldap 登录" in page.content.decode()
    assert "重设密码" not in client.get("/accounts/of/li/").content.decode()


def test_forms_need_our_own_page(accounts: Accounts, li: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(accounts("boss"))
    for change in CHANGES:
        assert strict.post(f"/accounts/of/li/{change}/").status_code == 403
        assert strict.get(f"/accounts/of/li/{change}/").status_code == 405
    assert held("li") == ["reader city"]


def test_names_that_are_none_are_said(client: Client) -> None:
    assert client.get("/accounts/of/nobody/").status_code == 404
    assert client.post("/accounts/of/nobody/close/").status_code == 404
    assert client.post("/accounts/of/administrator/explode/").status_code == 404


def test_a_long_list_is_searched_and_paged(client: Client) -> None:
    User.objects.bulk_create(User(username=f"u{number:03}") for number in range(120))
    first = client.get("/accounts/").content.decode()
    assert "共121个账号" in first
    assert "1 / 3" in first
    assert "u119" in client.get("/accounts/?page=3").content.decode()
    assert "u119" in client.get("/accounts/?q=U119").content.decode()
    assert client.get("/accounts/?page=x").status_code == 200


# One's own ------------------------------------------------------------------------------------


def test_ones_own_page_says_roles_and_scopes_in_words(accounts: Accounts, districts: None) -> None:
    client = Client()
    client.force_login(accounts("zhao", "district", "district:510001"))
    page = client.get("/account/").content.decode()
    assert "区县 甲区（510001）" in page
    assert "查阅与报送本区县" in page
    assert "/accounts/" not in page
    assert "/audit/" not in page
    client.cookies["liantu_language"] = "en"
    assert "My account" in client.get("/account/").content.decode()


def test_an_account_without_a_role_is_told_so() -> None:
    client = Client()
    client.force_login(User.objects.create_user("nobody"))
    assert "没有角色" in client.get("/account/").content.decode()


# What the log is told of requests -------------------------------------------------------------


def test_what_is_taken_away_is_logged_without_what_was_asked(
    client: Client, districts: None
) -> None:
    sent = client.get("/records/areas/rows.csv?q=甲区")
    assert sent.status_code == 200, sent
    b"".join(sent.streaming_content)
    (entry,) = [e for e in audit.all_entries() if e.action == "downloaded"]
    assert (entry.by, entry.key, entry.address) == (
        "administrator", "/records/areas/rows.csv", "127.0.0.1",
    )  # fmt: skip
    assert audit.details_of(entry) == {"filters": "q"}


def test_a_name_typed_in_a_form_does_not_stand_for_the_account(
    accounts: Accounts, districts: None
) -> None:
    client = Client()
    client.force_login(accounts("zhao", "planner"))
    with audit.asked_from("10.0.0.1"), access.acting(access.actor_of(User.objects.get())):
        registers.edit(
            "areas", ("510001", date(2000, 1, 1)), {"tier": None, "name": "丙区"}, 1, "市长"
        )
    entry = list(audit.all_entries())[-1]
    assert (entry.action, entry.by) == ("edited", "zhao")
    assert audit.details_of(entry)["named"] == "市长"


def test_objects_of_others_and_refusals_are_logged_up_to_a_number(li: User) -> None:
    client = Client()
    client.force_login(li)
    client.get("/records/firms/91000100000000001U/")
    client.get("/no/such/page/")
    refused = [entry.key for entry in audit.all_entries() if entry.action == "refused"]
    assert refused == ["/records/firms/91000100000000001U/"]
    for _ in range(70):
        client.get("/audit/")
    told = [entry for entry in audit.all_entries() if entry.action == "refused"]
    assert len(told) == 60
    assert audit.details_of(told[-1])["last_told"] is True


def test_the_log_is_read_by_auditors_and_administrators_alone(accounts: Accounts) -> None:
    for role, scope, status in (
        ("auditor", "city", 200), ("administrator", "city", 200), ("planner", "city", 403),
        ("district", "district:510001", 403), ("reader", "city", 403),
    ):  # fmt: skip
        client = Client()
        client.force_login(accounts(f"a-{role}", role, scope))
        assert client.get("/audit/").status_code == status, role
        assert client.post("/audit/", {"number": 1}).status_code in (403, 405)


def test_the_log_is_narrowed_and_paged(client: Client) -> None:
    for number in range(130):
        audit.note(audit.Act.EDITED, by=f"u{number % 2}", kind="firms", key=f"k{number}")
    page = client.get("/audit/?by=u1&act=edited").content.decode()
    assert "共65条" in page
    assert "k129" in page
    whole = client.get("/audit/?kind=firms").content.decode()
    older = re.search(r'href="(\?[^"]*before=\d+[^"]*)"', whole)
    assert older
    rest = client.get(f"/audit/{html.unescape(older[1])}").content.decode()
    assert "k0<" in rest
    assert "k129" not in rest
    for wrong in (
        "first=x",
        "before=-1",
        "before=" + "9" * 30,
        "act=fly",
        "first=2026-02-01&last=2026-01-01",
    ):
        assert client.get(f"/audit/?{wrong}").status_code == 400, wrong


def test_texts_of_others_stay_texts(client: Client) -> None:
    audit.note(audit.Act.EDITED, by="<script>x</script>", key='"><img src=x>')
    page = client.get("/audit/").content.decode()
    assert "<script>x" not in page
    assert "<img src=x>" not in page
