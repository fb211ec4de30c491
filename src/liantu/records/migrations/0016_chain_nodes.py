"""After 0020, which was there first: the ledger has one line of migrations, whatever their numbers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0020_audit_log"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChainLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(verbose_name="键")),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                ("recorded_from", models.DateTimeField(verbose_name="自")),
                ("recorded_to", models.DateTimeField(null=True, verbose_name="至")),
                ("deleted", models.BooleanField(default=False, verbose_name="已删除")),
                ("merged_into", models.TextField(blank=True, default="", verbose_name="并入")),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("add", "新增"),
                            ("change", "修改"),
                            ("delete", "删除"),
                            ("restore", "恢复"),
                            ("merge", "合并"),
                        ],
                        max_length=10,
                        verbose_name="动作",
                    ),
                ),
                ("by", models.CharField(max_length=100, verbose_name="经手人")),
                ("reason", models.TextField(blank=True, default="", verbose_name="理由")),
                ("from_node", models.TextField(verbose_name="供给环节代码")),
                ("from_name", models.TextField(null=True, verbose_name="供给环节")),
                ("kind", models.TextField(verbose_name="关系类型")),
                ("to_node", models.TextField(verbose_name="需求环节代码")),
                ("to_name", models.TextField(null=True, verbose_name="需求环节")),
                ("necessity", models.TextField(null=True, verbose_name="必要程度")),
                ("valid_from", models.DateField(null=True, verbose_name="起始日期")),
                ("valid_to", models.DateField(null=True, verbose_name="终止日期")),
                ("evidence", models.TextField(null=True, verbose_name="依据")),
                ("document_id", models.TextField(null=True, verbose_name="依据文件代码")),
            ],
            options={
                "verbose_name": "环节关系",
                "verbose_name_plural": "环节关系",
                "ordering": ("key", "version"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ChainNode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(verbose_name="键")),
                ("version", models.PositiveIntegerField(verbose_name="版本")),
                ("recorded_from", models.DateTimeField(verbose_name="自")),
                ("recorded_to", models.DateTimeField(null=True, verbose_name="至")),
                ("deleted", models.BooleanField(default=False, verbose_name="已删除")),
                ("merged_into", models.TextField(blank=True, default="", verbose_name="并入")),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("add", "新增"),
                            ("change", "修改"),
                            ("delete", "删除"),
                            ("restore", "恢复"),
                            ("merge", "合并"),
                        ],
                        max_length=10,
                        verbose_name="动作",
                    ),
                ),
                ("by", models.CharField(max_length=100, verbose_name="经手人")),
                ("reason", models.TextField(blank=True, default="", verbose_name="理由")),
                ("node_id", models.TextField(verbose_name="环节代码")),
                ("chain_id", models.TextField(verbose_name="产业链")),
                ("name", models.TextField(verbose_name="环节名称")),
                ("other_names", models.TextField(null=True, verbose_name="其他名称")),
                ("kind", models.TextField(verbose_name="环节类型")),
                ("stream", models.TextField(null=True, verbose_name="上下游位置")),
                ("position", models.BigIntegerField(null=True, verbose_name="排序")),
                ("parent_id", models.TextField(null=True, verbose_name="上级环节代码")),
                ("clause", models.TextField(null=True, verbose_name="规划条款")),
                ("industry_codes", models.TextField(null=True, verbose_name="行业代码")),
                ("hs_codes", models.TextField(null=True, verbose_name="海关商品编码")),
                ("search_terms", models.TextField(null=True, verbose_name="检索词")),
                ("valid_from", models.DateField(null=True, verbose_name="起始日期")),
                ("valid_to", models.DateField(null=True, verbose_name="终止日期")),
                ("document_id", models.TextField(null=True, verbose_name="依据文件代码")),
            ],
            options={
                "verbose_name": "产业链环节",
                "verbose_name_plural": "产业链环节",
                "ordering": ("key", "version"),
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="area",
            name="document_id",
            field=models.TextField(null=True, verbose_name="依据文件代码"),
        ),
        migrations.AddField(
            model_name="areachange",
            name="document_id",
            field=models.TextField(null=True, verbose_name="依据文件代码"),
        ),
        migrations.AddField(
            model_name="chain",
            name="chief_id",
            field=models.TextField(null=True, verbose_name="链长代码"),
        ),
        migrations.AddField(
            model_name="chain",
            name="contact_id",
            field=models.TextField(null=True, verbose_name="联系人代码"),
        ),
        migrations.AddField(
            model_name="chain",
            name="document_id",
            field=models.TextField(null=True, verbose_name="依据文件代码"),
        ),
        migrations.AddField(
            model_name="chain",
            name="office_id",
            field=models.TextField(null=True, verbose_name="牵头部门代码"),
        ),
        migrations.AddField(
            model_name="classconcordance",
            name="basis",
            field=models.TextField(null=True, verbose_name="依据方式"),
        ),
        migrations.AddField(
            model_name="classconcordance",
            name="document_id",
            field=models.TextField(null=True, verbose_name="依据文件代码"),
        ),
        migrations.AddField(
            model_name="classconcordance",
            name="trust",
            field=models.TextField(null=True, verbose_name="可信度"),
        ),
        migrations.AddField(
            model_name="firmproduct",
            name="node_id",
            field=models.TextField(null=True, verbose_name="环节代码"),
        ),
        migrations.AddField(
            model_name="measure",
            name="contact_id",
            field=models.TextField(null=True, verbose_name="责任人代码"),
        ),
        migrations.AddField(
            model_name="measure",
            name="document_id",
            field=models.TextField(null=True, verbose_name="依据文件代码"),
        ),
        migrations.AddField(
            model_name="parcel",
            name="document_id",
            field=models.TextField(null=True, verbose_name="依据文件代码"),
        ),
        migrations.AddField(
            model_name="park",
            name="document_id",
            field=models.TextField(null=True, verbose_name="依据文件代码"),
        ),
        migrations.AddField(
            model_name="project",
            name="contact_id",
            field=models.TextField(null=True, verbose_name="联系人代码"),
        ),
        migrations.AddField(
            model_name="project",
            name="document_id",
            field=models.TextField(null=True, verbose_name="依据文件代码"),
        ),
        migrations.AddField(
            model_name="project",
            name="node_id",
            field=models.TextField(null=True, verbose_name="环节代码"),
        ),
        migrations.AddField(
            model_name="project",
            name="office_id",
            field=models.TextField(null=True, verbose_name="责任机构代码"),
        ),
        migrations.AddField(
            model_name="supplylink",
            name="document_id",
            field=models.TextField(null=True, verbose_name="依据文件代码"),
        ),
        migrations.AddField(
            model_name="supplylink",
            name="node_id",
            field=models.TextField(null=True, verbose_name="环节代码"),
        ),
        migrations.AddField(
            model_name="titleheld",
            name="document_id",
            field=models.TextField(null=True, verbose_name="依据文件代码"),
        ),
        migrations.AddIndex(
            model_name="area",
            index=models.Index(fields=["document_id"], name="area_document_id"),
        ),
        migrations.AddIndex(
            model_name="areachange",
            index=models.Index(fields=["document_id"], name="areachange_document_id"),
        ),
        migrations.AddIndex(
            model_name="chain",
            index=models.Index(fields=["office_id"], name="chain_office_id"),
        ),
        migrations.AddIndex(
            model_name="chain",
            index=models.Index(fields=["chief_id"], name="chain_chief_id"),
        ),
        migrations.AddIndex(
            model_name="chain",
            index=models.Index(fields=["contact_id"], name="chain_contact_id"),
        ),
        migrations.AddIndex(
            model_name="chain",
            index=models.Index(fields=["document_id"], name="chain_document_id"),
        ),
        migrations.AddIndex(
            model_name="classconcordance",
            index=models.Index(fields=["document_id"], name="classconcordance_document_id"),
        ),
        migrations.AddIndex(
            model_name="firmproduct",
            index=models.Index(fields=["node_id"], name="firmproduct_node_id"),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(fields=["document_id"], name="measure_document_id"),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(fields=["contact_id"], name="measure_contact_id"),
        ),
        migrations.AddIndex(
            model_name="parcel",
            index=models.Index(fields=["document_id"], name="parcel_document_id"),
        ),
        migrations.AddIndex(
            model_name="park",
            index=models.Index(fields=["document_id"], name="park_document_id"),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(fields=["node_id"], name="project_node_id"),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(fields=["document_id"], name="project_document_id"),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(fields=["office_id"], name="project_office_id"),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(fields=["contact_id"], name="project_contact_id"),
        ),
        migrations.AddIndex(
            model_name="supplylink",
            index=models.Index(fields=["node_id"], name="supplylink_node_id"),
        ),
        migrations.AddIndex(
            model_name="supplylink",
            index=models.Index(fields=["document_id"], name="supplylink_document_id"),
        ),
        migrations.AddIndex(
            model_name="titleheld",
            index=models.Index(fields=["document_id"], name="titleheld_document_id"),
        ),
        migrations.AddField(
            model_name="chainlink",
            name="batch",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.batch",
                verbose_name="批次",
            ),
        ),
        migrations.AddField(
            model_name="chainnode",
            name="batch",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.batch",
                verbose_name="批次",
            ),
        ),
        migrations.AddIndex(
            model_name="chainlink",
            index=models.Index(
                fields=["recorded_from", "recorded_to", "deleted"], name="chainlink_moment"
            ),
        ),
        migrations.AddIndex(
            model_name="chainlink",
            index=models.Index(
                condition=models.Q(("merged_into", ""), _negated=True),
                fields=["merged_into"],
                name="chainlink_merged",
            ),
        ),
        migrations.AddIndex(
            model_name="chainlink",
            index=models.Index(fields=["from_node"], name="chainlink_from_node"),
        ),
        migrations.AddIndex(
            model_name="chainlink",
            index=models.Index(fields=["to_node"], name="chainlink_to_node"),
        ),
        migrations.AddIndex(
            model_name="chainlink",
            index=models.Index(fields=["document_id"], name="chainlink_document_id"),
        ),
        migrations.AddConstraint(
            model_name="chainlink",
            constraint=models.UniqueConstraint(
                fields=("key", "version"), name="chainlink_versions"
            ),
        ),
        migrations.AddConstraint(
            model_name="chainlink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("recorded_to__isnull", True)),
                fields=("key",),
                name="chainlink_one_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="chainlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recorded_to__isnull", True),
                    ("recorded_to__gt", models.F("recorded_from")),
                    _connector="OR",
                ),
                name="chainlink_range",
            ),
        ),
        migrations.AddIndex(
            model_name="chainnode",
            index=models.Index(
                fields=["recorded_from", "recorded_to", "deleted"], name="chainnode_moment"
            ),
        ),
        migrations.AddIndex(
            model_name="chainnode",
            index=models.Index(
                condition=models.Q(("merged_into", ""), _negated=True),
                fields=["merged_into"],
                name="chainnode_merged",
            ),
        ),
        migrations.AddIndex(
            model_name="chainnode",
            index=models.Index(fields=["name"], name="chainnode_name"),
        ),
        migrations.AddIndex(
            model_name="chainnode",
            index=models.Index(fields=["chain_id"], name="chainnode_chain_id"),
        ),
        migrations.AddIndex(
            model_name="chainnode",
            index=models.Index(fields=["parent_id"], name="chainnode_parent_id"),
        ),
        migrations.AddIndex(
            model_name="chainnode",
            index=models.Index(fields=["document_id"], name="chainnode_document_id"),
        ),
        migrations.AddConstraint(
            model_name="chainnode",
            constraint=models.UniqueConstraint(
                fields=("key", "version"), name="chainnode_versions"
            ),
        ),
        migrations.AddConstraint(
            model_name="chainnode",
            constraint=models.UniqueConstraint(
                condition=models.Q(("recorded_to__isnull", True)),
                fields=("key",),
                name="chainnode_one_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="chainnode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recorded_to__isnull", True),
                    ("recorded_to__gt", models.F("recorded_from")),
                    _connector="OR",
                ),
                name="chainnode_range",
            ),
        ),
    ]
