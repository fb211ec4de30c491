"""The log is readable for people and programs, and holds no secret and nothing of a person."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from liantu.records.access import CITY, grant
from liantu.web.operations import logs
from liantu.web.operations.logs import BLANK, blanked

Written = Callable[[], str]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Any:
    """Sets the log up as a site would and gives what was written."""
    kept = io.StringIO()
    root, before = logging.getLogger(), list(logging.getLogger().handlers)
    level = root.level

    def start(form: str) -> Written:
        monkeypatch.setenv("LIANTU_LOG_FORMAT", form)
        monkeypatch.setenv("LIANTU_LOG_LEVEL", "INFO")
        logging.config.dictConfig(logs.configuration())
        for handler in root.handlers:
            if isinstance(handler, logging.StreamHandler):
                handler.setStream(kept)
        return kept.getvalue

    yield start
    root.handlers[:] = before
    root.setLevel(level)


SECRETS = (
    "password=hunter2", "Password: hunter2", '{"token": "hunter2"}', "sessionid=hunter2;",
    "csrfmiddlewaretoken=hunter2&a=1", "Authorization: Bearer hunter2", "api_key='hunter2'",
    "postgresql://liantu:hunter2@db:5432/liantu", "密码：hunter2", "client_secret=hunter2",
    "Not Found: /imports/hunter2hunter2hunter2hunter2hunter2/columns/",
    "GET /records/firms/?q=hunter2 failed", "Cookie: hunter2",
)  # fmt: skip
PEOPLE = ("510107199001011234", "51010719900101123X", "13800138000", "+86 13800138000")


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_are_blanked(text: str) -> None:
    assert "hunter2" not in blanked(text)
    assert BLANK in blanked(text)


@pytest.mark.parametrize("text", PEOPLE)
@pytest.mark.parametrize("around", ["{}", "身份证 {}。", "row 3: {} is wrong", "“{}”", "a={},b"])
def test_numbers_of_people_are_blanked(text: str, around: str) -> None:
    digits = text.removeprefix("+86 ")
    assert digits not in blanked(around.format(text))


@pytest.mark.parametrize(
    "text",
    ["Batch 12 was imported; 357 rows", "2026-01-05T02:15:00.123456+08:00", "91510100MA6CABCD12",
     "audit anchor 1204:" + "9f" * 32, "1380013800012345", "firm_month/" + "0" * 8 + ".parquet",
     "ratio 0.13812345678"],
)  # fmt: skip
def test_what_a_mender_needs_stays(text: str) -> None:
    assert blanked(text) == text


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_passes_and_passing_twice_changes_nothing(text: str) -> None:
    assert blanked(blanked(text)) == blanked(text)


@pytest.mark.django_db
def test_a_request_is_one_object_with_who_and_which(written: Any) -> None:
    text = written("json")
    user = User.objects.create_user("张三", password="hunter2-hunter2")
    grant(user, "planner", CITY)
    client = Client()
    client.force_login(user)
    number = client.get("/plan/c1.nothing/?q=hunter2").headers["X-Request-ID"]
    Client().post("/sign-in/", {"username": "李四", "password": "hunter2"})
    lines = [json.loads(line) for line in text().splitlines()]
    mine = [line for line in lines if line.get("request_id") == number]
    asked = next(line for line in mine if line["logger"] == "liantu.request")
    assert (asked["route"], asked["method"], asked["status"]) == (
        "/plan/<str:clause_id>/",
        "GET",
        404,
    )
    assert asked["user_id"] == str(user.pk)
    assert asked["level"] == "INFO"
    assert asked["timestamp"].endswith("+00:00")
    for secret in ("hunter2", "张三", "李四", client.cookies["sessionid"].value):
        assert secret not in text()


def test_an_exception_is_blanked_too(written: Any) -> None:
    for form in ("json", "line"):
        text = written(form)
        try:
            raise ValueError("postgresql://a:hunter2@h/n 13800138000")
        except ValueError:
            logging.getLogger("some.library").exception("token=%s", "hunter2")
        assert "ValueError" in text()
        assert "hunter2" not in text()
        assert "13800138000" not in text()


def test_lines_for_people(written: Any) -> None:
    text = written("line")
    token = logs.request_id.set("abc-1")
    logging.getLogger("liantu").warning("磁盘将满 %d%%", 91)
    logs.request_id.reset(token)
    assert text().endswith("WARNING liantu 磁盘将满 91% [abc-1]\n")
