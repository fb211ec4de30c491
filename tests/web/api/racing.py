"""Programs at the same time, on a database of their own: run as a program, says what came of it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import django

AT_ONCE = 4
NEW = {"values": {"park_code": "P9", "system_version": "2021", "name": "新园"}}
ROWS = "园区代码,季度,从业人员（人）\nP1,2025Q1,12\n"


def together(call: Callable[[int], Any]) -> list[Any]:
    """The answers of several calls made at once, each by a thread with a connection of its own."""
    from django.db import connections

    found: dict[int, Any] = {}
    gate = Barrier(AT_ONCE)

    def one(number: int) -> None:
        gate.wait(60)
        try:
            found[number] = call(number)
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(200)
    return [found[number] for number in sorted(found)]


def main() -> None:
    """Race, and print the statuses and what is kept."""
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.core.management import call_command
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)

    from tests.web.registers.data import code, fill

    from liantu.records import access, registers
    from liantu.records.models import Batch
    from liantu.web.api import tokens

    access.act_as(access.OPERATOR)
    fill()
    user = User.objects.create(username="zhang")
    access.grant(user, "administrator", access.CITY)
    _, secret = tokens.create(user, "试验")
    signed = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}

    def call(method: str, path: str, body: Any, **headers: str) -> Any:
        return Client().generic(
            method, f"/api/v1{path}", json.dumps(body), content_type="application/json",
            **signed, **headers,
        )  # fmt: skip

    firm = f"/registers/firms/records/{code(3)}"
    writers = together(
        lambda n: call("PATCH", firm, {"values": {"name": f"第{n}家"}}, HTTP_IF_MATCH='"1"')
    )
    keyed = together(
        lambda n: call("POST", "/registers/parks/records", NEW, HTTP_IDEMPOTENCY_KEY="same")
    )
    file = SimpleUploadedFile("a.csv", ROWS.encode())
    sent = Client().post("/api/v1/imports", {"file": file}, **signed).json()
    commit = {"fingerprint": sent["fingerprint"]}
    files = together(lambda n: call("POST", f"/imports/{sent['token']}/commit", commit))
    print(json.dumps({
        "writers": sorted(one.status_code for one in writers),
        "versions": len(registers.history("firms", code(3))),
        "keyed": [one.status_code for one in keyed],
        "answers": len({one.content for one in keyed}),
        "replayed": sum("Idempotency-Replayed" in one.headers for one in keyed),
        "parks": len(registers.history("parks", ("P9", "2021"))),
        "files": [one.status_code for one in files],
        "batches": Batch.objects.filter(table="park_quarter").count(),
    }))  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liantu.web.settings")
    sys.path.insert(0, os.getcwd())  # noqa: PTH109
    django.setup()
    main()
