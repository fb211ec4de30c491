"""The admin's menu: registers by what they are about, then what the ledger keeps beside them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from liantu.records.registers import model_of
from liantu.records.tables.declared import load_tables

_IMPORTS = ("batch", "rejectedrow", "lakefile", "lakeidentity", "savedmapping", "correction")
_KEPT = (
    ("导入与更正", _IMPORTS),
    ("同一性核对", ("reviewcase", "reviewdecision")),
    ("新增核定", ("addition",)),
    ("规划", ("planedition",)),
    ("审计", ("auditentry", "recordlock")),
)
_SITE = (
    ("调度与评估文件", (("冻结文件", "dispatch_frozenedition"), ("后台任务", "jobs_job"))),
    (
        "账号与日志",
        (
            ("账号", "auth_user"),
            ("授权", "records_grant"),
            ("接口令牌", "records_apitoken"),
            ("已记住的调用", "records_rememberedcall"),
            ("管理日志", "admin_logentry"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Groups of links, as unfold draws them beside every page of the admin."""
    from django.apps import apps

    registers = [
        (table.zh, f"records_{model_of(table.id)._meta.model_name}")
        for table in load_tables().values()
        if table.kind == "register"
    ]
    groups: list[tuple[str, Any]] = [("登记表", registers)]
    for title, names in _KEPT:
        models = [apps.get_model("records", name) for name in names]
        groups.append(
            (title, [(m._meta.verbose_name, f"records_{m._meta.model_name}") for m in models])
        )
    groups += _SITE
    return [
        {
            "title": title,
            "separator": True,
            "collapsible": title == "登记表",
            "items": [
                {"title": str(name), "link": reverse(f"admin:{address}_changelist")}
                for name, address in items
            ],
        }
        for title, items in groups
    ]
