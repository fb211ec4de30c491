"""Whoever is limited sees what is theirs, in the ledger, in rolls, in the lake and in SQL."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liantu.errors import NotFound, Refused, UsageError
from liantu.records import access, lake, quality, registers, rolls
from liantu.records.access import Actor, Grant, Scope, acting
from liantu.records.models import Firm
from liantu.records.registers.storage import frame_of
from liantu.records.tables.declared import figures_table, load_tables

from .city import (
    AREAS,
    CHAINS,
    NEW,
    NODES,
    OLD,
    PARKS,
    PLACES,
    City,
    belongs,
    code,
    firm,
    keys,
    settle,
    together,
)

DAY = date(2020, 1, 1)
ROLES = {"city": "reader", "district": "district", "park": "park", "chain": "chain_office",
         "firm": "firm"}  # fmt: skip
KEYS: dict[str, tuple[str, ...]] = {
    "firms": ("credit_code",),
    "products": ("credit_code", "product", "year"),
    "titles": ("credit_code", "title", "granted_on"),
    "supply_links": ("supplier_code", "buyer_code", "product"),
    "parcels": ("parcel_code",),
    "projects": ("project_code",),
    "milestones": ("project_code", "milestone"),
    "firm_month": ("credit_code", "period"),
    "park_quarter": ("park_code", "period"),
    "project_month": ("project_code", "period"),
}


def somebody(*scopes: str) -> Actor:
    """Who holds these scopes, each in the role that goes with it."""
    held = [access.scope_of(text) for text in scopes]
    return Actor("somebody", tuple(Grant(ROLES[scope.kind], scope) for scope in held))


# What the catalogue says ------------------------------------------------------------------------


def test_every_table_says_whose_its_rows_are() -> None:
    """A series by columns of its key, which every file and every reading of it has."""
    for table in (*load_tables().values(), figures_table()):
        if isinstance(table.scope, str):
            continue
        for column in table.scope.columns:
            other, _, theirs = column.rpartition(".")
            assert theirs in load_tables()[other or table.id].by_name, (table.id, column)
            if table.kind == "series":
                assert column in table.key, (table.id, column)
        if table.kind == "series":
            assert not any(column.personal for column in table.columns)
    for series in ("firm_month", "firm_quarter", "firm_year", "park_quarter", "project_month"):
        assert load_tables()[series].scope.by("district"), series  # type: ignore[union-attr]


# One city ----------------------------------------------------------------------------------------


@pytest.fixture
def city(db: None, tmp_path: Path) -> City:
    """Firms in three districts, one moved, one merged, one under the code of its time."""
    made = City(
        firms={
            code(n): firm(n, place, park)
            for n, place, park in (
                (1, "990101", "P1"), (2, "990102", "P2"), (3, OLD, None), (4, "990103", None),
                (5, "990199", None), (6, "990133", None), (7, None, None), (8, "990101", None),
            )
        },
        merged={code(8): code(2)},
        rows={
            "products": [
                {"credit_code": code(n), "product": "轴承", "year": 2024, "chain_id": chain,
                 "node_id": node}
                for n, chain, node in ((1, "c1", None), (2, "c2", "n2"), (4, None, "n2"),
                                       (8, None, "n1"), (7, None, None))
            ],
            "supply_links": [{"supplier_code": code(1), "buyer_code": code(2), "product": "轴承"},
                             {"supplier_code": code(4), "buyer_code": code(7), "product": "轴承"}],
            "projects": [{"project_code": f"X{n}", "name": f"项目{n}", "area_code": place,
                          "park_code": park, "owner_code": code(n), "chain_id": "c1",
                          "node_id": None, "stage": "building"}
                         for n, place, park in ((1, "990101", "P1"), (2, OLD, None))],
            "milestones": [{"project_code": f"X{n}", "milestone": "开工", "due_on": DAY}
                           for n in (1, 2)],
            "firm_month": [{"credit_code": code(n), "period": "2025-01", "revenue_cny": float(n)}
                           for n in (1, 2, 3, 4, 8)],
            "park_quarter": [{"park_code": park, "period": "2025Q1", "employees": 10}
                             for park in PARKS],
        },
    )  # fmt: skip
    settle(made, tmp_path)
    return made


def firms_of(*scopes: str) -> list[str]:
    with acting(somebody(*scopes)):
        return sorted(registers.read("firms", columns=["name"])["name"])


def test_a_district_sees_its_own_firms_and_those_under_its_former_code(city: City) -> None:
    assert firms_of("city") == [f"第{n}厂" for n in range(1, 8)]
    assert firms_of("district:990101") == ["第1厂", "第5厂"]
    assert firms_of("district:990102") == ["第2厂", "第3厂"]
    assert firms_of("district:990122") == ["第2厂", "第3厂"]  # the code of its time, granted then
    assert firms_of("district:990103", "park:P1") == ["第1厂", "第4厂"]
    # By a product of the chain; by one of a firm merged into it, under whose code it stands still.
    assert firms_of("chain:c1") == ["第1厂", "第2厂"]
    assert firms_of("chain:c2") == ["第2厂", "第4厂"]  # by the chain of the node that is named
    assert firms_of(f"firm:{code(8)}") == ["第2厂"]  # what the merged firm is now
    assert firms_of("district:999999") == []


def test_a_firm_that_moved_is_seen_where_it_is_with_all_its_past(city: City) -> None:
    """Until it moved it stood in district 990103, which sees nothing of it any more."""
    before = Firm.versions.filter(key=code(1)).order_by("version").first()
    with acting(somebody("district:990101")):
        assert len(registers.history("firms", code(1))) >= 2
        past = registers.read("firms", before.recorded_from)
        assert set(past["credit_code"]) == {code(1), code(5), code(8)} - {code(8)}
    with acting(somebody("district:990103")):
        assert set(registers.read("firms", before.recorded_from)["credit_code"]) == {code(4)}
        with pytest.raises(NotFound):
            registers.history("firms", code(1))


def test_others_records_answer_as_those_that_do_not_exist(city: City) -> None:
    with acting(somebody("district:990101")):
        told = []
        for key in (code(2), code(99)):
            for door in (registers.find, registers.history):
                with pytest.raises(NotFound) as caught:
                    door("firms", key)
                told.append(str(caught.value).replace(key, "…"))
            with pytest.raises(NotFound) as caught:
                registers.edit("firms", key, {"name": "x"}, 1, by="x")
            told.append(str(caught.value).replace(key, "…"))
            for door in (registers.delete, registers.restore):
                with pytest.raises(NotFound) as caught:
                    door("firms", key, by="x", reason="x")
                told.append(str(caught.value).replace(key, "…"))
        assert told[:5] == told[5:]


def test_a_merged_firm_and_its_figures_are_where_the_other_is(city: City) -> None:
    with acting(somebody("district:990102")):
        assert registers.merged("firms") == {code(8): code(2)}
        assert set(lake.read("firm_month").collect()["credit_code"]) == {code(2), code(3), code(8)}
    with acting(somebody("district:990101")):
        assert registers.merged("firms") == {}
        assert set(lake.read("firm_month").collect()["credit_code"]) == {code(1)}


def test_sql_reaches_no_row_and_no_file_of_others(city: City) -> None:
    with acting(somebody("district:990101")):
        assert lake.sql("SELECT credit_code FROM firm_month").rows() == [(code(1),)]
        assert lake.sql("SELECT count(*) FROM Firm_Month AS m, park_quarter").rows() == [(1,)]
        assert lake.sql("WITH m AS (SELECT * FROM firm_month) SELECT count(*) FROM m").item() == 1
        (path,) = (lake_path(),)
        for query in (
            f"SELECT * FROM read_parquet('{path}')",
            f"SELECT * FROM '{path}'",
            f"SELECT * FROM glob('{path}')",
        ):
            with pytest.raises(UsageError):
                lake.sql(query)
        assert str(path) not in lake.sql("SELECT sql FROM duckdb_views()")["sql"].str.join().item()


def lake_path() -> Path:
    from liantu.records.lake.folder import lake_folder
    from liantu.records.lake.publishing import visible

    return lake_folder() / visible("firm_month")[0].name


def test_a_roll_is_kept_once_and_answers_each_their_own(city: City) -> None:
    question = rolls.Question("firms")
    assert rolls.answer(question, 0, 50).count == 7
    with acting(somebody("district:990101")):
        page = rolls.answer(question, 0, 50)
        assert (page.count, page.held) == (2, 2)
        assert rolls.answer(rolls.Question("firms", words=("第2",)), 0, 50).count == 0
        version = registers.find("firms", code(1)).version
        registers.edit("firms", code(1), {"address": "一路"}, version, by="x")
        assert rolls.answer(rolls.Question("firms", words=("一路",)), 0, 50).count == 1
    assert rolls.answer(question, 0, 50).count == 7


def test_a_report_of_quality_is_of_what_one_sees(city: City) -> None:
    everything = quality.report()
    with acting(somebody("district:990101")):
        mine = quality.report()
    assert everything.tables["firms"].counts["records"].sum() == 7
    assert mine.tables["firms"].counts["records"].sum() == 2
    assert quality.report().tables["firms"].counts["records"].sum() == 7


def test_open_tables_are_read_by_everyone_and_written_by_their_owners(city: City) -> None:
    with acting(somebody(f"firm:{code(1)}")):
        assert registers.read("areas").height == len(AREAS)
        assert registers.read("parks").height == len(PARKS)
    with acting(somebody("district:990101")):
        mine = registers.find("parks", "P1|2020")
        registers.edit("parks", mine.key, {"name": "一园"}, mine.version, by="x")
        other = registers.find("parks", "P2|2020")
        with pytest.raises(Refused):
            registers.edit("parks", other.key, {"name": "二园"}, other.version, by="x")
        with pytest.raises(Refused):
            registers.edit("chains", "c1", {"name": "x"}, 1, by="x")


# Writing -----------------------------------------------------------------------------------------


def test_a_row_is_inside_before_and_after(city: City) -> None:
    with acting(somebody("district:990101")):
        version = registers.find("firms", code(1)).version
        for cells in ({"area_code": "990102"}, {"area_code": None}):
            with pytest.raises(Refused):
                registers.edit("firms", code(1), cells, version, by="x")
        assert registers.edit("firms", code(1), {"area_code": "990199"}, version, by="x")
        for number, place in (
            (20, "990101"),
            (21, "990102"),
            (22, None),
            (2, "990101"),
            (6, "990101"),
        ):
            with pytest.raises(Refused):
                registers.add("firms", firm(number, place, None), by="x")
        product = {"credit_code": code(1), "product": "齿轮", "year": 2024}
        assert registers.ask("products", product, by="x") == f"{code(1)}|齿轮|2024"
        for rows in (
            [firm(20, "990101", None)],
            [firm(2, "990101", None)],
            [firm(23, "990101", None)],
            [firm(1, "990101", "P1"), firm(24, NEW, None)],
        ):
            with pytest.raises(Refused):
                registers.upsert("firms", rows, by="x")
        with pytest.raises(Refused):
            registers.merge("firms", code(1), code(5), by="x", reason="x")
    assert not Firm.objects.filter(key__in=[code(21), code(22), code(23), code(24)]).exists()
    assert registers.find("firms", code(2)).area_code == NEW


@pytest.mark.parametrize("role", ["reader", "auditor", "firm"])
def test_roles_that_write_no_firms_write_none(city: City, role: str) -> None:
    scope = Scope("firm", code(1)) if role == "firm" else access.CITY
    with acting(Actor("x", (Grant(role, scope),))):
        version = registers.find("firms", code(1)).version
        for door in (
            lambda: registers.edit("firms", code(1), {"name": "x"}, version, by="x"),
            lambda: registers.delete("firms", code(1), by="x", reason="x"),
            lambda: registers.upsert("firms", [firm(1, "990101", "P1")], by="x"),
            lambda: registers.add("firms", firm(30, "990101", None), by="x"),
        ):
            with pytest.raises(Refused):
                door()


# Any city ----------------------------------------------------------------------------------------

NUMBERS = st.integers(1, 9)
SCOPES = st.one_of(
    st.sampled_from([Scope("district", place) for place in ("990101", NEW, "990103")]),
    st.sampled_from([Scope("park", park) for park in PARKS]),
    st.sampled_from([Scope("chain", chain) for chain in CHAINS]),
    NUMBERS.map(lambda number: Scope("firm", code(number))),
)


@st.composite
def cities(draw: st.DrawFn) -> City:
    """Cities of a few firms, with what is said of them."""
    numbers = draw(st.lists(NUMBERS, min_size=2, max_size=6, unique=True))
    place, park = st.sampled_from(PLACES), st.sampled_from([None, *PARKS])
    land, few = place.filter(bool), st.integers(0, 3)
    city = City({code(n): firm(n, draw(place), draw(park)) for n in numbers})
    one = st.sampled_from([code(n) for n in numbers])
    some = {"min_size": 0, "max_size": 4}
    chain, node = st.sampled_from([None, *CHAINS]), st.sampled_from([None, *NODES])
    parks = st.lists(st.sampled_from(list(PARKS)), unique=True, max_size=3)
    pairs = draw(st.lists(st.tuples(one, one).filter(lambda p: p[0] != p[1]), unique=True, **some))
    city.rows = {
        "products": [{"credit_code": key, "product": "轴承", "year": 2024, "chain_id": draw(chain),
                      "node_id": draw(node)}
                     for key in draw(st.lists(one, unique=True, **some))],
        "titles": [{"credit_code": key, "title": "小巨人", "granted_on": DAY}
                   for key in draw(st.lists(one, unique=True, **some))],
        "supply_links": [{"supplier_code": a, "buyer_code": b, "product": "轴承"}
                         for a, b in pairs],
        "parcels": [{"parcel_code": f"L{n}", "area_code": draw(land),
                     "park_code": draw(park), "holder_code": draw(st.one_of(st.none(), one)),
                     "land_mu": 1.0, "use": "industrial"} for n in range(draw(few))],
        "projects": [{"project_code": f"X{n}", "name": f"项目{n}", "area_code": draw(land),
                      "park_code": draw(park), "owner_code": draw(st.one_of(st.none(), one)),
                      "chain_id": draw(chain), "node_id": draw(node), "stage": "building"}
                     for n in range(draw(few))],
        "firm_month": [{"credit_code": key, "period": f"2025-0{month}", "revenue_cny": 1.0}
                       for key in draw(st.lists(one, unique=True, **some)) for month in (1, 2)],
        "park_quarter": [{"park_code": key, "period": "2025Q1", "employees": 1}
                         for key in draw(parks)],
    }  # fmt: skip
    city.rows["milestones"] = [
        {"project_code": row["project_code"], "milestone": "开工", "due_on": DAY}
        for row in city.rows["projects"]
    ]
    city.rows["project_month"] = [
        {"project_code": row["project_code"], "period": "2025-01", "invested_cny": 1.0}
        for row in city.rows["projects"]
    ]
    left = list(city.firms)
    for _ in range(draw(st.integers(0, 2))):
        if len(left) > 2:
            drop = left.pop()
            city.merged[drop] = draw(st.sampled_from(left))
    if len(left) > 2 and draw(st.booleans()):
        city.gone.add(left.pop())
        for drop, keep in list(city.merged.items()):
            if keep in city.gone:
                city.merged[drop] = left[0]
    return city


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(city=cities(), scopes=st.lists(SCOPES, min_size=1, max_size=3, unique=True),
       descending=st.booleans(), word=st.sampled_from(["", "厂", "3"]))  # fmt: skip
def test_what_is_seen_is_what_belongs(
    city: City, scopes: list[Scope], descending: bool, word: str
) -> None:
    """Limited answers are the answers of the city without what belongs to others."""
    with TemporaryDirectory() as home, transaction.atomic():
        before, django_settings.HOME = django_settings.HOME, Path(home)
        try:
            settle(city, Path(home))
            for table, names in KEYS.items():
                _compare(city, table, names, scopes, descending, word)
        finally:
            transaction.set_rollback(True)
            django_settings.HOME = before


def _compare(
    city: City, table: str, names: tuple[str, ...], scopes: list[Scope], descending: bool, word: str
) -> None:
    actor = somebody(*(str(scope) for scope in scopes))
    held = list(city.firms.values()) if table == "firms" else city.rows[table]
    reached = together(scopes)
    seen = [row for row in held if any(belongs(city, table, row, scope) for scope in reached)]
    if table == "firms":
        standing = [r for r in seen if r["credit_code"] not in {*city.merged, *city.gone}]
    else:
        standing = seen
    wanted = keys(standing, *names)
    with acting(actor):
        if load_tables()[table].kind == "series":
            assert keys(lake.read(table).collect().to_dicts(), *names) == wanted
            assert keys(lake.history(table).collect().to_dicts(), *names) == wanted
            assert keys(lake.absences(table).collect().to_dicts(), *names) == wanted
            columns = ", ".join(names)
            told = lake.sql(f"SELECT {columns} FROM {table}").to_dicts()
            assert keys(told, *names) == wanted
            return
        assert keys(registers.read(table).to_dicts(), *names) == wanted
        model = registers.model_of(table)
        mine = {registers.register_of(table).key([row[n] for n in names]) for row in seen}
        assert set(model.versions.values_list("key", flat=True)) == mine
        question = rolls.Question(table, words=(word,) if word else (), descending=descending)
        found = rolls.ids_of(question)
        page = rolls.answer(question, 0, 100)
        assert (list(page.ids), page.count, page.held) == (list(found), len(found), len(wanted))
        rows = frame_of(model.versions.filter(pk__in=list(found)), list(names)).to_dicts()
        assert set(keys(rows, *names)) <= set(wanted)
        assert word or keys(rows, *names) == wanted
    _compare_past(table, names, seen, actor, descending)


def _compare_past(
    table: str, names: tuple[str, ...], seen: list[dict[str, Any]], actor: Actor, descending: bool
) -> None:
    """As of every moment: what the city saw then, without what belongs to others today."""
    model = registers.model_of(table)
    mine = set(keys(seen, *names))
    moments = sorted(set(model.versions.values_list("recorded_from", flat=True)))
    for moment in [*moments[:2], *(m + timedelta(microseconds=0) for m in moments[-1:])]:
        whole = keys(registers.read(table, moment).to_dicts(), *names)
        with acting(actor):
            then = keys(registers.read(table, moment).to_dicts(), *names)
            ids = rolls.ids_of(rolls.Question(table, moment=moment, descending=descending))
            rolled = frame_of(model.versions.filter(pk__in=list(ids)), list(names)).to_dicts()
        assert then == [key for key in whole if key in mine]
        assert keys(rolled, *names) == then
