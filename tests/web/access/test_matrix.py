"""Every address as every role in every scope: it answers whom the declared table says, nobody else.

``matrix.yaml`` is the table. The admin's addresses are many and alike: all of them are for who may
look into the ledger.
"""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, get_resolver
from tests.records.access.city import City, belongs, code, firm, settle

from liantu.records import access, intake, registers
from liantu.records.access import acting
from liantu.records.identity import review
from liantu.records.models import Addition

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TABLE: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "matrix.yaml").read_text(encoding="utf-8")
)
PEOPLE = {
    "administrator": ("administrator", "city"),
    "planner": ("planner", "city"),
    "chain office": ("chain_office", "city"),
    "office of chain c1": ("chain_office", "chain:c1"),
    "office of chain c2": ("chain_office", "chain:c2"),
    "desk": ("desk", "city"),
    "district": ("district", "district:990101"),
    "other district": ("district", "district:990102"),
    "park": ("park", "park:P1"),
    "other park": ("park", "park:P2"),
    "firm": ("firm", f"firm:{code(1)}"),
    "other firm": ("firm", f"firm:{code(2)}"),
    "reader": ("reader", "city"),
    "reader of the district": ("reader", "district:990101"),
    "reader of the other district": ("reader", "district:990102"),
    "auditor": ("auditor", "city"),
    "without a role": ("", ""),
    "nobody": ("", ""),
}
HTML = {"HTTP_ACCEPT": "text/html"}


@dataclass
class Place:
    """The ledger, what the addresses name in it, and somebody for each row of the table."""

    city: City
    names: dict[str, str]
    users: dict[str, User | None]

    def client(self, who: str) -> Client:
        client = Client(raise_request_exception=False)
        user = self.users[who]
        if user is not None:
            client.force_login(user)
        return client


@pytest.fixture
def place(tmp_path: Path, settings: Any) -> Place:
    settings.HOME = tmp_path / "home"
    city = City(
        firms={code(n): firm(n, at, park) for n, at, park in
               ((1, "990101", "P1"), (2, "990102", "P2"), (5, "990101", "P1"))},
        rows={
            "products": [{"credit_code": code(n), "product": "轴承", "year": 2024, "chain_id": c}
                         for n, c in ((1, "c1"), (2, "c2"), (5, "c1"))],
            "supply_links": [{"supplier_code": code(1), "buyer_code": code(2), "product": "轴承"}],
            "projects": [{"project_code": f"X{n}", "name": f"项目{n}", "area_code": at,
                          "park_code": park, "owner_code": code(n), "chain_id": f"c{n}",
                          "stage": "building"}
                         for n, at, park in ((1, "990101", "P1"), (2, "990102", "P2"))],
            "parcels": [{"parcel_code": f"L{n}", "area_code": at, "park_code": f"P{n}",
                         "holder_code": code(n), "land_mu": 1.0, "use": "industrial"}
                        for n, at in ((1, "990101"), (2, "990102"))],
            "firm_month": [{"credit_code": code(n), "period": "2025-01", "revenue_cny": 1.0}
                           for n in (1, 2)],
            "park_quarter": [{"park_code": park, "period": "2025Q1", "employees": 1}
                             for park in ("P1", "P2")],
        },
    )  # fmt: skip
    settle(city, tmp_path)
    users: dict[str, User | None] = {}
    for who, (role, scope) in PEOPLE.items():
        users[who] = None if who == "nobody" else User.objects.create_user(who.replace(" ", "-"))
        if role:
            access.grant(users[who], role, access.scope_of(scope))
    case = review.declare("某厂", code(1), by="x", reason="x")
    found = Place(city, {}, users)
    found.names = {
        "firm1": code(1),
        "firm5": code(5),
        "firm9": code(9),
        "case": str(case.pk),
        "addition": str(_addition(users["district"])),
        "batch": str(_batch(users["district"], tmp_path)),
        "token": _uploaded(found.client("district")),
        "uuid": str(uuid.uuid4()),
    }
    return found


def _batch(user: User | None, folder: Path) -> int:
    """A file of the district with a row sent back."""
    path = folder / "own.csv"
    lines = ("信用代码,月份,营业收入（元）", f"{code(1)},2025-02,5", f"{code(2)},2025-02,5")
    path.write_text("\n".join(lines), encoding="utf-8")
    with acting(access.actor_of(user)):
        return int(intake.commit(intake.prepare(path, "firm_month"), by="x").vintage)


def _addition(user: User | None) -> int:
    """A firm that the district files and does not hold."""
    with acting(access.actor_of(user)):
        registers.ask("firms", firm(9, "990101", None), by="x")
        return int(Addition.objects.get().pk)


def _uploaded(client: Client) -> str:
    """A file of the district on its way."""
    content = f"信用代码,月份,营业收入（元）\n{code(1)},2025-03,5\n{code(1)},2025-03,多\n".encode()
    sent = client.post("/imports/new/", {"file": SimpleUploadedFile("u.csv", content)})
    assert sent.status_code == 302, sent.content.decode()
    token = str(sent["Location"].split("/")[2])
    form = {"table": "firm_month|", "source": "", "go": "check"}
    assert client.post(f"/imports/{token}/table/", form)["Location"].endswith("/check/")
    return token


# The table ---------------------------------------------------------------------------------------


def patterns(resolver: Any, before: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield space + (one.name or ""), before + str(one.pattern)
        else:
            inner = space + (f"{one.namespace}:" if one.namespace else "")
            yield from patterns(one, before + str(one.pattern), inner)


def test_every_address_is_in_the_table() -> None:
    named = {name for name, path in patterns(get_resolver()) if not path.startswith("admin/")}
    assert named == set(TABLE)
    known = set(access.load_roles().capabilities) | {"open", "signed"}
    for name, row in TABLE.items():
        assert set(row) <= {"path", "to", "of", "post", "refuses"}, name
        assert _to(row) <= known, name


def _to(row: dict[str, Any]) -> set[str]:
    return {row["to"]} if isinstance(row["to"], str) else set(row["to"])


@pytest.mark.parametrize("who", PEOPLE)
def test_addresses_answer_whom_the_table_says(place: Place, who: str) -> None:
    wrong = []
    for name, row in TABLE.items():
        # A sign-out ends the session: everybody comes anew to every address.
        client = place.client(who)
        path = row["path"].format(**place.names)
        if "post" in row:
            form = {key: value.format(**place.names) for key, value in row["post"].items()}
            answer = client.post(path, form, **HTML)
        else:
            answer = client.get(path, **HTML)
        if answer.streaming:
            b"".join(answer.streaming_content)  # type: ignore[arg-type]
        if answer.status_code == 200 and "open" not in _to(row):
            # Whoever uses the computer next finds nothing in the browser's cache.
            assert "no-store" in answer.headers.get("Cache-Control", ""), (name, path)
        wanted = expected(place, who, row)
        if told(answer) not in wanted:
            wrong.append(f"{name} {path}: {answer.status_code}, expected {sorted(wanted)}")
    assert not wrong, "\n".join([who, *wrong])


def told(answer: Any) -> str:
    """What an answer comes to."""
    status = answer.status_code
    if status == 401 or (status == 302 and answer["Location"].startswith("/sign-in/?next=")):
        return "sign in"
    if status == 500:
        return "broken"
    return {403: "refused", 404: "unknown"}.get(status, "answered")


def expected(place: Place, who: str, row: dict[str, Any]) -> set[str]:
    """What the table says of somebody; an address that names nothing real may say so."""
    to, role = _to(row), PEOPLE[who][0]
    if "open" in to:
        return {"answered", "unknown", "refused"}
    if who == "nobody":
        return {"sign in"}
    if "signed" in to:
        return {"answered", "unknown"} | ({"refused"} if row.get("refuses") else set())
    may = set(access.load_roles().roles[role].may) if role else set()
    if not to & may:
        return {"refused"}
    if "of" not in row:
        return {"answered", "unknown"} | ({"refused"} if _narrower(row, may) else set())
    return {"answered", "refused"} if _reaches(place, who, row["of"]) else {"unknown"}


def _narrower(row: dict[str, Any], may: set[str]) -> bool:
    """Forms are shown to nobody who may not send them, and sent by nobody else."""
    return "post" in row or not {"edit", "import", "decide_identity"} & may


def _reaches(place: Place, who: str, what: str) -> bool:
    _, text = PEOPLE[who]
    scope = access.scope_of(text)
    if what == "upload":
        return who == "district"
    if what in ("batch", "addition"):
        return scope.kind == "city" or text == "district:990101"
    named = {"firm1": (1,), "pair": (1, 5)}[what]
    return all(belongs(place.city, "firms", {"credit_code": code(n)}, scope) for n in named)


# Records of every table --------------------------------------------------------------------------

KEYS = {
    "firms": ("credit_code",),
    "products": ("credit_code", "product", "year"),
    "supply_links": ("supplier_code", "buyer_code", "product"),
    "parcels": ("parcel_code",),
    "projects": ("project_code",),
}
SERIES = {"firm_month": "credit_code", "park_quarter": "park_code"}


@pytest.mark.parametrize("who", [who for who, (role, _) in PEOPLE.items() if role])
def test_records_and_files_hold_what_belongs(place: Place, who: str) -> None:
    """Pages of every record, and the rows of every file, against a reckoning by hand."""
    client, (role, text) = place.client(who), PEOPLE[who]
    scope, city = access.scope_of(text), place.city
    exports = "export" in access.load_roles().roles[role].may
    for table in (*KEYS, *SERIES):
        rows = list(city.firms.values()) if table == "firms" else city.rows[table]
        mine = [row for row in rows if belongs(city, table, row, scope)]
        if table in KEYS:
            reg = registers.register_of(table)
            for row in rows:
                key = reg.key([row[name] for name in KEYS[table]])
                address = f"/records/{table}/{key}/"
                for page in (address, f"{address}history/"):
                    assert client.get(page).status_code == (200 if row in mine else 404), page
        answer = client.get(f"/records/{table}/rows.csv")
        if not exports:
            assert answer.status_code == 403
            continue
        content = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
        lines = list(csv.reader(io.StringIO(content)))[1:]
        extra = 1 if table == "firm_month" and _reaches(place, who, "firm1") else 0
        assert len(lines) == len(mine) + extra, (table, lines)


@pytest.mark.parametrize("who", PEOPLE)
def test_the_admin_is_for_who_may_look_into_the_ledger(place: Place, who: str) -> None:
    client, (role, _) = place.client(who), PEOPLE[who]
    looks = bool(role) and "ledger" in access.load_roles().roles[role].may
    wrong = []
    for name, path in patterns(get_resolver()):
        if not path.startswith("admin/") or "(?P" in path or "logout" in path or "login" in path:
            continue
        address = "/" + path.replace("<path:object_id>", "1").replace("<id>", "1")
        answer = client.get(address, **HTML)
        found = told(answer)
        if found == "broken" or (not looks and found not in ("sign in", "refused", "unknown")):
            there = answer.headers.get("Location", "")
            if not there.startswith(("/sign-in/", "/admin/login/", "/account/")):
                wrong.append(f"{name} {address}: {answer.status_code} {there}")
    assert not wrong, "\n".join([who, *wrong])
    if looks:
        assert client.get("/admin/records/firm/").status_code == 200
