"""Name and password: who gets in, who is held back, what is due first, how long it lasts."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client

from liantu.cli.main import cli
from liantu.errors import NotFound, UsageError
from liantu.records import access, audit
from liantu.web.models import AccountState
from liantu.web.sign_in import limits
from liantu.web.sign_in.declared import TRIES, TRIES_ON_NAME, SignIn

pytestmark = pytest.mark.django_db

QUICK = "django.contrib.auth.hashers.MD5PasswordHasher"
"""For tests that try many passwords; the program's own takes its time with each."""
OWN = "a-password-of-ones-own"
HELD = "登录失败次数过多"


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """Wrong passwords of other tests do not count."""
    cache.clear()


@pytest.fixture
def client(stranger: Client) -> Client:
    """Nobody yet."""
    return stranger


def run(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["admin", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def made(name: str = "zhang", password: str = OWN, role: str = "administrator") -> User:
    """An account whose owner has chosen the password."""
    run("create", name, "--role", role)
    account = User.objects.get(username=name)
    account.set_password(password)
    account.save()
    AccountState.objects.filter(user=account).update(must_change=False)
    return account


def enter(client: Client, password: str = OWN, name: str = "zhang", **more: Any) -> Any:
    return client.post("/sign-in/", {"login": name, "password": password}, **more)


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def acts() -> list[str]:
    return [entry.action for entry in audit.all_entries()]


# Who gets in ----------------------------------------------------------------------------------


def test_there_is_no_account_until_one_is_made(client: Client) -> None:
    assert not User.objects.exists()
    for name, password in (("admin", "admin"), ("root", ""), ("liantu", "liantu")):
        enter(client, password, name)
        assert not is_in(client)


def test_nobody_registers(client: Client) -> None:
    for address in ("/signup/", "/sign-in/signup/", "/accounts/signup/", "/account/signup/"):
        assert client.post(address, {"username": "x", "password1": OWN}).status_code in (401, 404)
    assert not User.objects.exists()


def test_an_account_from_the_command_line_gets_in_and_out(client: Client) -> None:
    password = run("create", "zhang").split()[-1]
    assert len(password) == 20
    assert enter(client, password).status_code == 302
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert client.get("/account/password/").status_code == 200
    run("close", "zhang")
    assert client.get("/account/password/").status_code == 302
    assert "/sign-in/closed/" in enter(Client(), password).headers["Location"]
    again = run("reset", "zhang").split()[-1]
    assert again != password
    assert client.login(username="zhang", password=again)
    assert password not in User.objects.get().password
    assert "zhang" in run("list")


def test_names_are_checked() -> None:
    run("create", "zhang")
    for name in ("zhang", "张 三", "a" * 200):
        with pytest.raises(UsageError):
            run("create", name)
    with pytest.raises(NotFound):
        run("reset", "li")


def test_a_name_is_the_same_however_wide_it_is_typed(client: Client) -> None:
    name, password = run("create", "ｚｈａｎｇ").split()[1::2]
    assert name == User.objects.get().username == "zhang"
    assert client.login(username="zhang", password=password)
    run("close", "ｚｈａｎｇ")
    assert not User.objects.get().is_active


def test_a_sign_in_leads_back_but_nowhere_else(client: Client) -> None:
    made()
    asked = client.get("/audit/?by=li")
    assert asked.headers["Location"] == "/sign-in/?next=%2Faudit%2F%3Fby%3Dli"
    sent = {"login": "zhang", "password": OWN, "next": "/audit/?by=li"}
    assert client.post("/sign-in/", sent).headers["Location"] == "/audit/?by=li"
    for there in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        back = Client().post("/sign-in/", {**sent, "next": there})
        assert back.headers["Location"] == "/"


def test_signing_out_takes_a_form_of_ours(client: Client) -> None:
    made()
    enter(client)
    assert client.get("/sign-out/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post("/sign-out/").status_code == 403
    assert is_in(client)
    client.post("/sign-out/")
    assert not is_in(client)
    assert acts()[-1] == "signed_out"


def test_the_admin_has_no_sign_in_of_its_own(client: Client) -> None:
    made()
    client.post("/admin/login/", {"username": "zhang", "password": OWN})
    assert not is_in(client)
    assert client.get("/admin/login/?next=/admin/").headers["Location"] == (
        "/sign-in/?next=%2Fadmin%2F"
    )
    enter(client)
    sent = {"old_password": OWN, "new_password1": OWN * 2, "new_password2": OWN * 2}
    assert client.post("/admin/password_change/", sent).headers["Location"] == "/account/password/"
    assert client.login(username="zhang", password=OWN)


# Who is held back -----------------------------------------------------------------------------


def test_sign_in_is_held_back_after_wrong_passwords(client: Client) -> None:
    made()
    for _ in range(TRIES):
        enter(client, "wrong")
    assert HELD in enter(client).content.decode()
    assert not is_in(client)
    assert HELD in enter(client).content.decode()
    assert enter(Client(REMOTE_ADDR="10.0.0.9")).status_code == 302
    assert acts().count("sign_in_held") == 1
    assert acts().count("sign_in_failed") == TRIES
    cache.clear()
    assert enter(client).status_code == 302


def test_a_name_is_held_back_after_many_wrong_passwords_from_anywhere(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [QUICK]
    made()
    for number in range(TRIES_ON_NAME):
        somewhere = Client(REMOTE_ADDR=f"10.0.1.{number // (TRIES - 1)}")
        name = ("zhang", "ZHANG", "ｚｈａｎｇ")[number % 3]
        enter(somewhere, "wrong", name, HTTP_HOST=("localhost", "127.0.0.1")[number % 2])
    assert HELD in enter(Client()).content.decode()


def test_a_right_password_in_between_gives_no_more_tries(client: Client) -> None:
    made("zhang")
    made("li")
    for _ in range(TRIES - 1):
        enter(client, "wrong")
    enter(Client(), OWN, "li")
    enter(client, "wrong")
    assert HELD in enter(client).content.decode()


def test_behind_a_proxy_addresses_are_those_it_wrote(settings: Any) -> None:
    """What a caller writes in front of it does not count, nor is everybody held back with one."""
    settings.PASSWORD_HASHERS = [QUICK]
    made()

    def status(password: str, came_from: str) -> int:
        found = enter(Client(), password, HTTP_X_FORWARDED_FOR=came_from)
        return int(found.status_code)

    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for number in range(TRIES):
        status("wrong", f"10.9.9.{number}, 10.0.0.1")
    assert status(OWN, "10.9.9.99, 10.0.0.1") == 200
    assert status(OWN, "10.0.0.1, 10.0.0.2") == 302
    settings.SECURE_PROXY_SSL_HEADER = None
    for number in range(TRIES):
        status("wrong", f"10.0.2.{number}")
    assert status(OWN, "10.0.2.99") == 200


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_are_all_counted(settings: Any) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory knows no waiting; PostgreSQL shows what processes share")
    settings.PASSWORD_HASHERS = [QUICK]
    made()
    tried: list[bool] = []

    def attack() -> None:
        for _ in range(4):
            tried.append(HELD not in enter(Client(), "wrong").content.decode())
        connections.close_all()

    threads = [threading.Thread(target=attack) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(tried) <= TRIES


def test_the_log_holds_no_password_typed_as_a_name(client: Client) -> None:
    enter(client, "", "hunter2-hunter2")
    enter(client, "wrong", "hunter2-hunter2")
    told = "".join(audit.exported(audit.all_entries()))
    assert "hunter2" not in told
    assert '"by":"?' in told


# What is due first ----------------------------------------------------------------------------


def test_a_password_made_by_another_is_changed_first(client: Client) -> None:
    given = run("create", "zhang").split()[-1]
    enter(client, given)
    for address in ("/", "/audit/", "/account/", "/admin/", "/accounts/"):
        assert client.get(address).headers["Location"] == "/account/password/"
    assert client.post("/accounts/new/", {"name": "x"}).status_code == 403
    weak = {"oldpassword": given, "password1": "short", "password2": "short"}
    assert "太短" in client.post("/account/password/", weak).content.decode()
    own = {"oldpassword": given, "password1": OWN, "password2": OWN}
    assert client.post("/account/password/", own).headers["Location"] == "/"
    assert is_in(client)
    assert acts()[-1] == "password_changed"
    again = Client()
    enter(again)
    assert is_in(again)


def test_changing_the_password_ends_other_sessions(client: Client) -> None:
    made()
    elsewhere = Client()
    for one in (client, elsewhere):
        enter(one)
    own = {"oldpassword": OWN, "password1": OWN * 2, "password2": OWN * 2}
    client.post("/account/password/", own)
    assert is_in(client)
    assert not is_in(elsewhere)


def test_tries_at_the_present_password_are_counted(client: Client) -> None:
    made()
    enter(client)
    wrong = {"oldpassword": "wrong", "password1": OWN * 2, "password2": OWN * 2}
    codes = [client.post("/account/password/", wrong).status_code for _ in range(12)]
    assert codes[-1] == 429


# How long it lasts ----------------------------------------------------------------------------


def test_a_session_ends_without_use_and_after_its_longest(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SIGN_IN = SignIn(idle_minutes=30, longest_hours=2)
    made()
    enter(client)
    now = time.time()
    for minutes in (20, 40, 60, 80, 100, 119):
        monkeypatch.setattr(limits.time, "time", lambda m=minutes: now + 60 * m)
        assert is_in(client), minutes
    monkeypatch.setattr(limits.time, "time", lambda: now + 60 * 121)
    ended = client.get("/account/")
    assert ended.headers["Location"].startswith("/sign-in/?next=%2Faccount%2F&ended=1")
    assert "已过期" in client.get(ended.headers["Location"]).content.decode()
    monkeypatch.setattr(limits.time, "time", lambda: now)
    enter(client)
    monkeypatch.setattr(limits.time, "time", lambda: now + 60 * 31)
    assert client.post("/accounts/new/", {"name": "x"}).status_code == 401
    assert acts().count("session_ended") == 2


def test_a_clock_set_back_ends_no_session(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made()
    enter(client)
    now = time.time()
    monkeypatch.setattr(limits.time, "time", lambda: now - 86400)
    assert is_in(client)


def test_signing_out_everywhere_else(client: Client) -> None:
    made()
    elsewhere = Client()
    for one in (client, elsewhere):
        enter(one)
    assert client.get("/account/").content.decode().count("127.0.0.1") == 2
    client.post("/account/sessions/end/")
    assert is_in(client)
    assert not is_in(elsewhere)


def test_a_role_taken_back_counts_at_once(client: Client) -> None:
    account = made()
    enter(client)
    assert client.get("/audit/").status_code == 200
    access.revoke(account, "administrator", access.CITY)
    assert client.get("/audit/").status_code == 403
    assert acts()[-1] == "refused"


# Headers --------------------------------------------------------------------------------------


def test_pages_of_signed_in_people_are_kept_nowhere(client: Client) -> None:
    made()
    enter(client)
    for address in ("/account/", "/audit/", "/accounts/", "/sign-in/code/"):
        assert "no-store" in client.get(address).headers["Cache-Control"], address
    page = client.get("/account/")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["X-Frame-Options"] == "DENY"
