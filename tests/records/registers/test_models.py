"""Registers as declared and registers as stored are the same registers."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, models

from liantu.records import registers
from liantu.records.models import Firm, Recorded, Unrecorded
from liantu.records.models.recorded import RECORD_FIELDS
from liantu.records.tables.declared import Column, Table, load_tables

REGISTERS = [t for t in load_tables().values() if t.kind == "register"]
FIELDS: dict[str, type[models.Field[Any, Any]]] = {
    "integer": models.BigIntegerField,
    "number": models.FloatField,
    "money": models.FloatField,
    "share": models.FloatField,
    "date": models.DateField,
    "boolean": models.BooleanField,
}


def field(model: type[Recorded], column: Column) -> models.Field[Any, Any]:
    found = model._meta.get_field(column.name)
    assert isinstance(found, models.Field)
    return found


@pytest.mark.parametrize("table", REGISTERS, ids=lambda t: t.id)
def test_every_declared_column_is_a_field_of_its_type(table: Table) -> None:
    model = registers.model_of(table.id)

    stored = [f.name for f in model._meta.fields if f.name not in (*RECORD_FIELDS, "id")]

    assert stored == [c.name for c in table.columns]
    for column in table.columns:
        stored_field = field(model, column)
        assert isinstance(stored_field, FIELDS.get(column.type, models.TextField)), column.name
        assert stored_field.null == (not column.required), column.name
        assert stored_field.verbose_name == column.zh


def test_every_register_has_a_declaration_of_its_own() -> None:
    declared = [table.model for table in REGISTERS]

    assert sorted(declared) == sorted(model.__name__ for model in Recorded.__subclasses__())


@pytest.mark.django_db
def test_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", "records", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_a_register_is_not_written_behind_its_history() -> None:
    firm = Firm(key="x", credit_code="x", name="甲公司")
    for write in (
        firm.save,
        firm.delete,
        Firm.objects.all().delete,
        lambda: Firm.objects.update(name="乙"),
        lambda: Firm.objects.create(key="x", name="甲公司"),
        lambda: Firm.objects.bulk_create([firm]),
        lambda: Firm.versions.bulk_update([firm], ["name"]),
    ):
        with pytest.raises(Unrecorded):
            write()


@pytest.mark.django_db
def test_the_database_itself_allows_one_version_in_force() -> None:
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, Firm._meta.db_table)
    unique = {tuple(c["columns"]) for c in constraints.values() if c["unique"]}
    assert ("key", "version") in unique
    assert ("key",) in unique
