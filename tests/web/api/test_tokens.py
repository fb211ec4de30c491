"""Tokens: made once, shown once, never wider than their owner, dead with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from liantu.errors import NotFound, Refused, UsageError
from liantu.records import access
from liantu.records.access import acting, actor_of
from liantu.records.models import ApiToken, AuditEntry
from liantu.systems.api.rules import api_rules
from liantu.web.api import tokens

from .conftest import Make, Program, problem_of, program_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_counts() -> None:
    cache.clear()


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("number").values_list("action", flat=True))


def test_only_the_hash_of_a_token_is_kept(programs: Make) -> None:
    program = programs()
    kept = ApiToken.objects.get()
    assert program.secret.startswith("lt_")
    assert len(program.secret) > 40
    assert program.secret not in str(vars(kept))
    assert program.secret.startswith(kept.shown)
    assert len(kept.shown) < 15
    entry = AuditEntry.objects.get(action="token_created")
    assert program.secret not in str(vars(entry))
    assert entry.key == kept.shown


def test_a_token_acts_for_its_account(programs: Make) -> None:
    said = programs("district", "district:A1").json("/")
    assert said["account"] == "district-district:A1"
    assert said["grants"] == [{"role": "district", "scope": "district:A1"}]
    assert "read" in said["capabilities"]
    assert "accounts" not in said["capabilities"]


def test_a_token_of_an_administrator_keeps_no_accounts(program: Program) -> None:
    assert set(program.json("/")["capabilities"]) == set(api_rules().tokens.carries)


@pytest.mark.parametrize(
    "wrong",
    ["", "x", "lt_", "lt_" + "a" * 43, "lt_" + "A" * 5000, "lt_\x7fä", "null", "Bearer lt_a"],
)
def test_forged_tokens_are_refused_alike(programs: Make, wrong: str) -> None:
    programs()
    said = problem_of(Program(wrong or " ").get("/tables"), 401)
    assert said["detail"].startswith("令牌无效")
    assert acts()[-1] == "token_refused"


def test_a_token_with_one_letter_changed_is_refused(program: Program) -> None:
    for place in (3, 10, len(program.secret) - 1):
        letter = "A" if program.secret[place] != "A" else "B"
        forged = program.secret[:place] + letter + program.secret[place + 1 :]
        assert Program(forged).get("/tables").status_code == 401


def test_dead_tokens_say_what_unknown_ones_say(accounts: Any) -> None:
    user = accounts("zhang")
    said = set()
    revoked, expired, closed = (program_of(user) for _ in range(3))
    with acting(actor_of(user)):
        tokens.revoke(revoked.secret[:11])
    ApiToken.objects.filter(digest=tokens.digest_of(expired.secret)).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    for program in (revoked, expired, Program("lt_" + "b" * 43)):
        said.add(program.get("/tables").content)
    assert closed.get("/tables").status_code == 200
    user.is_active = False
    user.save()
    said.add(closed.get("/tables").content)
    assert len(said) == 1


def test_a_role_taken_back_is_taken_from_the_token(accounts: Any) -> None:
    user = accounts("zhang", "planner")
    program = program_of(user)
    assert program.get("/tables").status_code == 200
    access.revoke(user, "planner", access.CITY)
    problem_of(program.get("/tables"), 403)


def test_limits_narrow_and_never_widen(programs: Make, accounts: Any) -> None:
    reader = programs("planner", name="a", capabilities=["read"])
    assert reader.json("/")["capabilities"] == ["read"]
    narrowed = programs("planner", name="b", scopes=["district:A1"]).json("/")
    assert narrowed["grants"] == [{"role": "planner", "scope": "district:A1"}]
    assert set(narrowed["capabilities"]) <= set(api_rules().tokens.within)
    assert "merge" not in narrowed["capabilities"]
    district = accounts("d", "district", "district:A1")
    for wrong in ("district:A2", "city", "park:P1", "district:", "moon:1"):
        with acting(actor_of(district)), pytest.raises(UsageError):
            tokens.create(district, "宽", scopes=[wrong])
    for capability in ("accounts", "audit", "operate", "ledger", "nonsense"):
        with acting(actor_of(district)), pytest.raises(UsageError):
            tokens.create(district, "宽", capabilities=[capability])
    reader_account = accounts("r", "reader")
    wide = program_of(reader_account, capabilities=["edit"])
    problem_of(wide.get("/tables"), 403)


def test_nobody_makes_or_ends_tokens_of_others(accounts: Any) -> None:
    one, other = accounts("one", "planner"), accounts("other", "planner")
    program = program_of(other)
    with acting(actor_of(one)):
        with pytest.raises(Refused):
            tokens.create(other, "别人的")
        with pytest.raises(Refused):
            tokens.of_account(other)
        with pytest.raises(NotFound):
            tokens.revoke(program.secret[:11])
    assert program.get("/tables").status_code == 200


def test_a_token_cannot_make_tokens(accounts: Any) -> None:
    user = accounts("zhang")
    program_of(user)
    with acting(tokens.actor_of(ApiToken.objects.get())), pytest.raises(Refused):
        tokens.create(user, "另一个")


def test_lives_and_numbers_are_bounded(accounts: Any) -> None:
    user, rules = accounts("zhang"), api_rules().tokens
    with acting(actor_of(user)):
        for days in (0, -1, rules.most_days + 1):
            with pytest.raises(UsageError):
                tokens.create(user, "长", days=days)
        for name in ("", "  ", "长" * (rules.longest_name + 1)):
            with pytest.raises(UsageError):
                tokens.create(user, name)
        for number in range(rules.most_per_account):
            tokens.create(user, f"第{number}个")
        with pytest.raises(UsageError):
            tokens.create(user, "再一个")


def test_wrong_tokens_are_held_back_by_address(program: Program) -> None:
    failures = api_rules().tokens.failures
    for _ in range(failures):
        assert Program("lt_" + "c" * 43).get("/tables").status_code == 401
    held = Program("lt_" + "c" * 43).get("/tables")
    problem_of(held, 429)
    assert int(held.headers["Retry-After"]) > 0
    assert acts().count("token_refused") == failures
    other = program.client.get("/api/v1/tables", REMOTE_ADDR="10.0.0.9",
                               HTTP_AUTHORIZATION=f"Bearer {program.secret}")  # fmt: skip
    assert other.status_code == 200


def test_a_use_is_noted_once_in_a_while(program: Program) -> None:
    for _ in range(3):
        program.json("/tables")
    assert acts().count("token_used") == 1
    kept = ApiToken.objects.get()
    assert kept.last_used_at is not None
    assert kept.last_address == "127.0.0.1"
    ApiToken.objects.update(last_used_at=timezone.now() - timedelta(days=1))
    program.json("/tables")
    assert acts().count("token_used") == 2


def test_nobody_gets_nothing(stranger: Client) -> None:
    for path in (
        "/api/v1/",
        "/api/v1/tables",
        "/api/v1/registers/firms/records",
        "/api/v1/openapi.json",
    ):
        found = stranger.get(path, HTTP_ACCEPT="*/*")
        problem_of(found, 401)
        assert found.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_session_reads_and_writes_with_the_csrf_token_only(
    accounts: Any, registers_filled: None
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(accounts("zhang"))
    program = Program(client=client)
    assert program.json("/tables")["count"] > 10
    path = "/registers/parks/records"
    body = {"values": {"park_code": "P9", "system_version": "2021", "name": "新园"}}
    problem_of(program.call("POST", path, body), 403)
    client.get("/account/tokens/")
    token = client.cookies["csrftoken"].value
    assert program.call("POST", path, body, x_csrftoken=token).status_code == 201


def test_a_token_works_on_the_api_alone(program: Program) -> None:
    for path in ("/records/", "/admin/", "/account/tokens/"):
        found = program.client.get(path, HTTP_AUTHORIZATION=f"Bearer {program.secret}")
        assert found.status_code == 302
        assert "sign-in" in found.headers["Location"]


# The page ---------------------------------------------------------------------------------------


def test_the_page_makes_a_token_and_ends_it(client: Client) -> None:
    form = {"name": "月报", "days": "30", "capability": ["read"]}
    made = client.post("/account/tokens/", form).content.decode()
    secret = made.split('<code class="secret">')[1].split("<")[0]
    assert Program(secret).json("/")["capabilities"] == ["read"]
    again = client.get("/account/tokens/").content.decode()
    assert secret not in again
    assert "月报" in again
    assert secret[:11] in again
    assert client.post("/account/tokens/revoke/", {"token": secret[:11]}).status_code == 302
    assert Program(secret).get("/").status_code == 401
    assert "已作废" in client.get("/account/tokens/").content.decode()


def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(client: Client) -> None:
    form = {"name": "月报<b>", "days": "9999", "capability": ["read"]}
    found = client.post("/account/tokens/", form)
    page = found.content.decode()
    assert found.status_code == 400
    assert "应为 1–366" in page
    assert "月报&lt;b&gt;" in page
    assert "<b>" not in page.split('id="name"')[1][:80]


def test_the_page_does_not_end_tokens_of_others(client: Client, programs: Make) -> None:
    other = programs("planner")
    assert client.post("/account/tokens/revoke/", {"token": other.secret[:11]}).status_code == 404
    assert other.get("/").status_code == 200
