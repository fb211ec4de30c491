"""Signing in by an OpenID Connect provider: a real one, in a process of its own, over HTTP.

It listens on this machine without TLS, which is why ``http`` is allowed for loopback and nowhere
else; discovery, PKCE, tokens signed with RS256 and the userinfo endpoint are the real ones.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from liantu.errors import InvalidDeclaration
from liantu.records import access, audit
from liantu.web.accounts import keeping
from liantu.web.sign_in import declared, roles
from liantu.web.sign_in.declared import SignIn

pytestmark = pytest.mark.django_db(transaction=True)

BACK = "http://testserver/sign-in/by/city/back/"


@dataclass
class Service:
    """The provider and its client."""

    address: str
    client: dict[str, Any] = field(default_factory=dict)

    def know(self, sub: str, **claims: Any) -> None:
        """A person, with what the provider says of them."""
        done = requests.put(f"{self.address}/users/{sub}", json=claims, timeout=10)
        assert done.status_code == 204

    def approve(self, asked: str, sub: str) -> str:
        """Sign in at the provider's own page; where it sends the browser then."""
        answer = requests.post(asked, data={"sub": sub}, allow_redirects=False, timeout=10)
        assert answer.status_code in (302, 303), answer.text
        return answer.headers["Location"]


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "-r", "true"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    found = Service(f"http://127.0.0.1:{port}")
    try:
        for _ in range(200):
            assert process.poll() is None
            try:
                config = requests.get(
                    f"{found.address}/.well-known/openid-configuration", timeout=2
                ).json()
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        made = requests.post(
            config["registration_endpoint"],
            json={"redirect_uris": [BACK], "token_endpoint_auth_method": "client_secret_basic"},
            timeout=10,
        )
        found.client = made.json()
        yield found
    finally:
        process.terminate()
        process.wait(timeout=20)


def site_with(service: Service, **more: Any) -> SignIn:
    return SignIn.model_validate(
        {
            "providers": [
                {
                    "id": "city", "name": "市统一身份认证", "server": service.address,
                    "client_id": service.client["client_id"],
                    "secret": service.client["client_secret"],
                    "client_auth": "client_secret_basic",
                    "grants": [
                        {"group": "planners", "role": "planner"},
                        {"group": "jinxi", "role": "district", "scope": "district:510001"},
                    ],
                    **more,
                }
            ],
        }
    )  # fmt: skip


@pytest.fixture(autouse=True)
def site(service: Service, settings: Any) -> None:
    cache.clear()
    use(settings, site_with(service))


def use(settings: Any, said: SignIn) -> None:
    settings.SIGN_IN = said
    settings.SOCIALACCOUNT_PROVIDERS = declared.provider_settings(said)


def enter(client: Client, service: Service, sub: str) -> Any:
    """From our page to the provider's, and back."""
    asked = client.post("/sign-in/by/city/", {"next": "/account/"})
    assert asked.status_code == 302
    back = service.approve(asked.headers["Location"], sub)
    assert back.startswith(BACK)
    return client.get(back.removeprefix("http://testserver"))


def held(name: str) -> list[str]:
    account = User.objects.get(username=name)
    return [f"{r.role} {r.scope_kind}{r.scope_key}" for r in access.grants(account)
            if r.revoked_at is None]  # fmt: skip


def acts() -> list[str]:
    return [entry.action for entry in audit.all_entries()]


def test_a_group_lets_in_with_its_role(service: Service) -> None:
    service.know("s-1", preferred_username="zhang", groups=["planners", "others"])
    client = Client()
    page = client.get("/sign-in/")
    assert "市统一身份认证" in page.content.decode()
    assert f"form-action 'self' {service.address};" in page.headers["Content-Security-Policy"]
    assert enter(client, service, "s-1").headers["Location"] == "/account/"
    shown = client.get("/account/").content.decode()
    assert "规划处" in shown
    assert "由市统一身份认证登录" in shown
    assert held("zhang") == ["planner city"]
    assert acts() == ["account_created", "granted", "signed_in"]
    assert client.get("/account/password/").status_code == 302
    assert client.get("/accounts/").status_code == 403
    assert not User.objects.get().has_usable_password()
    assert User.objects.get().email == ""
    assert audit.verify().entries == len(acts())


def test_what_leaves_for_the_provider_carries_state_and_a_challenge(service: Service) -> None:
    asked = Client().post("/sign-in/by/city/").headers["Location"]
    sent = parse_qs(urlsplit(asked).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert len(sent["state"][0]) >= 16
    assert sent["redirect_uri"] == [BACK]
    assert Client().get("/sign-in/by/city/").status_code == 200  # a link alone starts nothing
    assert Client().post("/sign-in/by/nobody/").status_code == 404


def test_without_a_declared_group_nobody_gets_in(service: Service) -> None:
    service.know("s-2", preferred_username="li", groups=["others"])
    client = Client()
    answer = enter(client, service, "s-2")
    assert answer.status_code == 403
    assert "没有本系统的角色" in answer.content.decode()
    assert not User.objects.exists()
    assert "refused" in acts()
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize("groups", [None, "", 7, {"planners": 1}, ["PLANNERS2"], [["planners"]]])
def test_odd_claims_let_nobody_in(service: Service, groups: Any) -> None:
    service.know("s-odd", preferred_username="odd", groups=groups)
    assert enter(Client(), service, "s-odd").status_code == 403
    assert not User.objects.exists()


def test_groups_that_changed_change_the_roles(service: Service) -> None:
    service.know("s-3", preferred_username="wang", groups=["planners"])
    enter(Client(), service, "s-3")
    by_hand = User.objects.get(username="wang")
    access.grant(by_hand, "reader", access.CITY)
    service.know("s-3", preferred_username="wang", groups="jinxi")
    enter(Client(), service, "s-3")
    assert sorted(held("wang")) == ["district district510001", "reader city"]
    assert SocialAccount.objects.get().extra_data == {}
    service.know("s-3", preferred_username="wang", groups=[])
    client = Client()
    assert enter(client, service, "s-3").status_code == 403
    assert held("wang") == ["reader city"]
    assert client.get("/account/").status_code == 302
    assert User.objects.count() == 1


def test_an_account_of_ours_is_not_taken_over(service: Service) -> None:
    ours, _ = keeping.make_account("chief", "administrator", access.CITY)
    service.know("s-4", preferred_username="chief", email="chief@x.cn", groups=["planners"])
    client = Client()
    enter(client, service, "s-4")
    assert User.objects.count() == 2
    other = User.objects.exclude(pk=ours.pk).get()
    assert other.username != "chief"
    assert held(other.username) == ["planner city"]
    assert held("chief") == ["administrator city"]
    assert client.get("/accounts/").status_code == 403


def test_a_closed_account_stays_out(service: Service) -> None:
    service.know("s-5", preferred_username="zhao", groups=["planners"])
    client = Client()
    enter(client, service, "s-5")
    keeping.close(User.objects.get(username="zhao"))
    assert client.get("/account/").status_code == 302
    again = Client()
    assert enter(again, service, "s-5").headers["Location"] == "/sign-in/closed/"
    assert again.get("/account/").status_code == 302
    keeping.open_again(User.objects.get(username="zhao"))
    assert enter(Client(), service, "s-5").headers["Location"] == "/account/"


def test_answers_that_were_not_asked_for_are_refused(service: Service) -> None:
    service.know("s-6", preferred_username="qian", groups=["planners"])
    client = Client()
    asked = client.post("/sign-in/by/city/")
    back = service.approve(asked.headers["Location"], "s-6").removeprefix("http://testserver")
    victim = Client()
    assert victim.get(back).status_code == 403
    assert victim.get("/account/").status_code == 302
    forged = back.replace("code=", "code=x")
    assert client.get(forged).status_code == 403
    assert client.get("/account/").status_code == 302
    assert not User.objects.exists()
    assert acts().count("sign_in_failed") >= 2


def test_an_answer_is_good_once(service: Service) -> None:
    service.know("s-7", preferred_username="sun", groups=["planners"])
    client = Client()
    asked = client.post("/sign-in/by/city/")
    back = service.approve(asked.headers["Location"], "s-7").removeprefix("http://testserver")
    assert client.get(back).status_code == 302
    client.post("/sign-out/")
    assert client.get(back).status_code == 403


def test_refusing_at_the_provider_comes_back_in_words(service: Service) -> None:
    client = Client()
    asked = client.post("/sign-in/by/city/").headers["Location"]
    answer = requests.post(asked, data={"action": "deny"}, allow_redirects=False, timeout=10)
    back = answer.headers["Location"].removeprefix("http://testserver")
    told = client.get(back, follow=True)
    assert told.status_code in (200, 403)
    assert client.get("/account/").status_code == 302


def test_a_wrong_secret_or_a_provider_that_is_down_is_told(service: Service, settings: Any) -> None:
    service.know("s-8", preferred_username="zhou", groups=["planners"])
    use(settings, site_with(service, secret="wrong"))
    answer = enter(Client(), service, "s-8")
    assert answer.status_code == 403
    assert "没有完成" in answer.content.decode()
    use(settings, site_with(service, server="http://127.0.0.1:9"))
    answer = Client().post("/sign-in/by/city/")
    assert answer.status_code == 503
    assert "没有完成" in answer.content.decode()
    assert not User.objects.exists()


def test_a_second_factor_asked_for_there_is_not_asked_for_here(
    service: Service, settings: Any
) -> None:
    service.know("s-9", preferred_username="wu", groups=["planners"])
    for brings, expected in ((False, "/account/factor/"), (True, "")):
        said = site_with(service, brings_second_factor=brings)
        use(settings, said.model_copy(update={"second_factor": ("planner",)}))
        client = Client()
        enter(client, service, "s-9")
        assert client.get("/account/").headers.get("Location", "") == expected


@pytest.mark.parametrize(
    "change",
    [
        {"server": "http://id.example.gov.cn"},
        {"server": "ftp://127.0.0.1"},
        {"secret": ""},
        {"grants": []},
        {"grants": [{"group": "a", "role": "planner", "scope": "everything"}]},
        {"id": "../x"},
        {"unknown": 1},
    ],
)
def test_declarations_that_are_wrong_stop_the_start(
    service: Service, tmp_path: Any, change: dict[str, Any]
) -> None:
    import yaml

    said = site_with(service).model_dump(mode="json")
    said["providers"][0].update(change)
    said["providers"][0].pop("secret_file")
    (tmp_path / "sign-in.yaml").write_text(yaml.safe_dump(said))
    with pytest.raises(InvalidDeclaration):
        declared.read(tmp_path)


@pytest.mark.parametrize(
    "change",
    [{"role": "mayor"}, {"role": "district", "scope": "city"}, {"role": "park", "scope": "firm:F"}],
)
def test_roles_that_cannot_be_given_stop_the_start(
    service: Service, change: dict[str, Any]
) -> None:
    site = site_with(service)
    roles.check_declared(site)
    (provider,) = site.providers
    wrong = provider.model_copy(update={"grants": (declared.Granted(group="a", **change),)})
    with pytest.raises(InvalidDeclaration, match=r"sign-in\.yaml"):
        roles.check_declared(site.model_copy(update={"providers": (wrong,)}))
    with pytest.raises(InvalidDeclaration, match="mayor"):
        roles.check_declared(declared.SignIn(second_factor=("mayor",)))
