"""Indexes of one column each: lists are answered from rolls, and ending a version costs little.

The indexes before carried the columns that say when a version ends, so that every version ended
was taken out of all of them and put in again: 300,000 changes wrote millions of index entries.
"""

from __future__ import annotations

from django.db import migrations, models

FOUND_BY = {
    "area": ("name", "parent_code"),
    "areachange": ("old_code", "new_code"),
    "chain": ("name",),
    "codelistentry": ("list_id", "entry_code"),
    "firm": ("name", "parent_code", "industry_code", "area_code", "park_code"),
    "firmproduct": ("credit_code", "chain_id"),
    "industryclass": ("parent_code",),
    "listedproduct": ("securities_code",),
    "measure": ("name", "office_id"),
    "milestone": ("project_code", "office_id"),
    "organisation": ("name", "area_code", "parent_id"),
    "parcel": ("area_code", "park_code", "holder_code"),
    "park": ("name", "area_code"),
    "person": ("name", "organisation_id"),
    "productrelation": ("from_product", "to_product"),
    "project": ("name", "owner_code", "area_code", "park_code", "parcel_code", "chain_id"),
    "supplylink": ("supplier_code", "buyer_code"),
    "titleheld": ("credit_code", "title"),
}
"""Model → columns by which its rows are looked up."""


class Migration(migrations.Migration):
    dependencies = [("records", "0014_code_lists")]

    operations = [
        migrations.RemoveIndex("firm", "firm_capital_cny"),
        *(
            operation
            for model, columns in FOUND_BY.items()
            for column in columns
            for operation in (
                migrations.RemoveIndex(model, f"{model}_{column}"),
                migrations.AddIndex(
                    model, models.Index(fields=(column,), name=f"{model}_{column}")
                ),
            )
        ),
    ]
