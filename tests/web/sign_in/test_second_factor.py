"""Second factors: codes of the phone (RFC 6238), recovery codes, roles that need one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from liantu.records import access, audit
from liantu.web.accounts import keeping
from liantu.web.models import AccountState
from liantu.web.sign_in.declared import TRIES_ON_NAME, SignIn

pytestmark = pytest.mark.django_db(transaction=True)

OWN = "a-password-of-ones-own"


def code_at(secret: str, when: float) -> str:
    """Six digits as a phone computes them, by the RFC alone."""
    step = struct.pack(">Q", int(when // 30))
    digest = hmac.new(base64.b32decode(secret), step, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def test_the_phone_of_these_tests_follows_the_rfc() -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert [code_at(secret, t) for t in (59, 1111111109, 20000000000)] == [
        "287082", "081804", "353130",
    ]  # fmt: skip


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """Wrong codes of other tests do not count."""
    cache.clear()


@pytest.fixture
def zhang() -> User:
    account, _ = keeping.make_account("zhang", "administrator", access.CITY)
    account.set_password(OWN)
    account.save()
    AccountState.objects.filter(user=account).update(must_change=False)
    return account


def enter(client: Client, password: str = OWN) -> Any:
    return client.post("/sign-in/", {"login": "zhang", "password": password})


def set_up(client: Client) -> str:
    """Scan the picture, enter a code; the secret."""
    page = client.get("/account/factor/").content.decode()
    assert 'src="data:image/svg+xml;' in page
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)[1]  # type: ignore[index]
    done = client.post("/account/factor/", {"code": code_at(secret, time.time() - 30)})
    assert done.headers["Location"] == "/account/codes/"
    return secret


def acts() -> list[str]:
    return [entry.action for entry in audit.all_entries()]


def test_a_code_is_asked_for_and_good_once(zhang: User) -> None:
    client, other = Client(), Client()
    enter(client)
    secret = set_up(client)
    assert acts()[-2:] == ["factor_added", "factor_added"]
    assert enter(other).headers["Location"] == "/sign-in/code/"
    assert other.get("/account/").status_code == 302
    assert "动态口令不对" in other.post("/sign-in/code/", {"code": "000000"}).content.decode()
    code = code_at(secret, time.time())
    assert other.post("/sign-in/code/", {"code": code}).headers["Location"] == "/"
    assert other.get("/account/").status_code == 200
    third = Client()
    enter(third)
    third.post("/sign-in/code/", {"code": code})
    assert third.get("/account/").status_code == 302
    assert "how=password+mfa" in " ".join(
        f"how={audit.details_of(entry).get('how')}" for entry in audit.all_entries()
    )


def test_a_recovery_code_stands_in_once(zhang: User) -> None:
    client = Client()
    enter(client)
    set_up(client)
    codes = re.findall(r"<li><code>(\d+)</code>", client.get("/account/codes/").content.decode())
    assert len(codes) == 10
    for expected in (200, 302):
        other = Client()
        enter(other)
        other.post("/sign-in/code/", {"code": codes[0]})
        assert other.get("/account/").status_code == expected
    assert "还有9个可用" in client.get("/account/codes/").content.decode()


def test_wrong_codes_are_held_back(zhang: User, settings: Any) -> None:
    client = Client()
    enter(client)
    secret = set_up(client)
    client.post("/sign-out/")
    for number in range(TRIES_ON_NAME + 1):
        other = Client(REMOTE_ADDR=f"10.1.{number}.1")
        enter(other)
        other.post("/sign-in/code/", {"code": "000000"})
    other = Client(REMOTE_ADDR="10.2.0.1")
    enter(other)
    page = other.post("/sign-in/code/", {"code": code_at(secret, time.time())})
    assert page.status_code == 200
    assert other.get("/account/").status_code == 302


def test_a_role_that_needs_one_does_nothing_before(zhang: User, settings: Any) -> None:
    settings.SIGN_IN = SignIn(second_factor=("administrator",))
    client = Client()
    enter(client)
    for address in ("/", "/accounts/", "/audit/", "/admin/", "/account/"):
        assert client.get(address).headers["Location"] == "/account/factor/"
    assert client.post("/accounts/new/", {"name": "x"}).status_code == 403
    assert "您的角色须有第二因素" in client.get("/account/factor/").content.decode()
    set_up(client)
    assert client.get("/accounts/").status_code == 200
    client.post("/account/factor/off/")
    assert client.get("/accounts/").headers["Location"] == "/account/factor/"


def test_other_roles_need_none(settings: Any) -> None:
    settings.SIGN_IN = SignIn(second_factor=("administrator",))
    account, _ = keeping.make_account("zhang", "reader", access.CITY)
    account.set_password(OWN)
    account.save()
    AccountState.objects.filter(user=account).update(must_change=False)
    client = Client()
    enter(client)
    assert client.get("/account/").status_code == 200


def test_a_stolen_copy_of_the_database_makes_no_codes(zhang: User) -> None:
    client = Client()
    enter(client)
    secret = set_up(client)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored


def test_a_lost_phone_is_taken_off_by_an_administrator(zhang: User) -> None:
    client = Client()
    enter(client)
    set_up(client)
    assert keeping.reset_factor(zhang) == 2
    assert acts()[-1] == "factor_removed"
    assert client.get("/account/").status_code == 302
    assert enter(Client()).headers["Location"] == "/"


def test_setting_one_up_long_after_signing_in_asks_for_the_password(
    zhang: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    enter(client)
    session = client.session
    session["signed_in_at"] -= 600
    session.save()
    asked = client.get("/account/factor/")
    assert asked.headers["Location"].startswith("/account/confirm/?next=")
    client.post(asked.headers["Location"], {"password": "wrong"})
    assert client.get("/account/factor/").status_code == 302
    client.post(asked.headers["Location"], {"password": OWN})
    assert client.get("/account/factor/").status_code == 200
