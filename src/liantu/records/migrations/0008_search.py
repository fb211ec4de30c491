"""Empty: as it was first released. No index of texts is stored (:mod:`liantu.records.rolls`).

SQLite's trigrams find no word of two characters, which most Chinese words are; PostgreSQL's need
an extension that a plain account may not install; an index of pairs of characters costs a dozen
entries a name at every import. Reading all texts of a million firms takes 50 ms.
"""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0007_observations_in_lake")]

    operations: list[migrations.operations.base.Operation] = []
