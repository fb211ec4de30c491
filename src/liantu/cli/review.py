"""``liantu data review``: questions of identity that wait for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from liantu.cli.data.options import as_of_option, merged_versions
from liantu.cli.output import Format, Row, format_option, print_rows, progress

if TYPE_CHECKING:
    from liantu.records.identity.past import Told

_COLUMNS = {"id": "编号", "kind": "种类", "left": "待核对", "right": "可能是", "score": "分值",
            "reason": "依据", "state": "结论"}  # fmt: skip


@click.group()
def review() -> None:
    """核对同一性：查看、决定、查重。Who is who: list, decide, search for duplicates."""


@review.command("list")
@click.option(
    "--state",
    type=click.Choice(["waiting", "same", "different", "unsure", "void", "all"]),
    default="waiting",
    show_default=True,
    help="结论。State.",
)
@click.option("--search", default="", help="名称或代码的一部分。Part of a name or code.")
@click.option("--most", default=50, show_default=True, help="至多列出。List at most.")
@as_of_option
@format_option
def list_(state: str, search: str, most: int, as_of: str | None, style: Format) -> None:
    """待核对的名称与企业，分值高者在前。Cases, the likeliest first.

    \b
    例 Example:
      liantu data review list
      liantu data review list --state same --search 机械
      liantu data review list --state all --as-of 2025-12-31
    """
    from liantu.web.ready import ready

    ready(with_first_plan=False)
    from liantu.records.identity.past import told
    from liantu.records.identity.review import cases
    from liantu.records.moments import moment_of
    from liantu.words import words

    found = cases(*([] if state == "all" else [state]), search=search, as_of=as_of)
    shown = told(found[: max(most, 0)], moment_of(as_of))
    rows = [_row(each) for each in shown]
    print_rows(rows, style, _COLUMNS)
    if style == "table" and not all(each.met for each in shown):
        click.echo(words().say("imports.review_then", "zh"))
    more = found.count() - len(rows)
    if style == "table" and more > 0:
        click.echo(f"另有 {more} 项；用 --most 或 --search。{more} more.")


@review.command()
@click.argument("case")
@click.argument("verdict", type=click.Choice(["same", "different", "unsure", "waiting"]))
@click.option("--by", required=True, help="经手人。Who decides.")
@click.option("--reason", required=True, help="理由。Why.")
@click.option("--keep", default="", help="合并时留存的键。Merge the pair; key of the one to keep.")
@click.option(
    "--expect-version",
    type=int,
    help="所见该项的版本；他人已先决定则不改。Version of the case seen.",
)
@merged_versions
def decide(
    case: str, verdict: str, by: str, reason: str, keep: str, expect_version: int | None,
    keep_version: int | None, drop_version: int | None,
) -> None:  # fmt: skip
    """决定一项：same 同一，different 不同，unsure 存疑，waiting 撤回。Decide a case.

    \b
    例 Example:
      liantu data review decide 12 same --by 企业处 --reason 已电话核实
      liantu data review decide 15 same --keep 91990101MA4K7P2W5X --by 企业处 --reason 迁址换证
    """
    from liantu.web.ready import ready

    ready(with_first_plan=False)
    from liantu.records.identity import review as queue

    seen = (keep_version, drop_version)
    left_stays = keep and queue.find(case).left_key == keep
    done = queue.decide(
        case, verdict, by, reason, keep=keep, expected_version=expect_version,
        versions=seen if left_stays else seen[::-1],
    )  # fmt: skip
    click.echo(
        f"待核对项 {done.pk}：{done.get_state_display()}（{done.left_name}／{done.right_name}）"
    )
    if done.dropped_key:
        click.echo(
            f"{done.dropped_key} 已并入另一条。{done.dropped_key} was merged into the other."
        )
    elif done.kind == "pair" and done.state == "same":
        click.echo("两条记录仍分列；合并用 --keep。Still two records; merge them with --keep.")


@review.command()
@click.argument("name")
@click.argument("key")
@click.option("--code", default="", help="文件中并列的错误代码。The wrong code beside it in files.")
@click.option("--by", required=True, help="经手人。Who decides.")
@click.option("--reason", required=True, help="理由。Why.")
def declare(name: str, key: str, code: str, by: str, reason: str) -> None:
    """指定文件中的名称是哪家企业，以后照此识别。Say which firm a name in files means.

    \b
    例 Example:
      liantu data review declare 华川老厂 91990101MA4K7P2W5X --by 企业处 --reason 税务局来函
    """
    from liantu.web.ready import ready

    ready(with_first_plan=False)
    from liantu.records.identity import review as queue

    done = queue.declare(name, key, by, reason, code=code)
    click.echo(f"“{done.left_name}”今后识别为 {done.right_name}（{done.right_key}）。")
    click.echo(f"{done.left_name!r} means {done.right_key} from now on (case {done.pk}).")


@review.command()
@click.option("--by", default="", help="经手人。Who searches.")
def duplicates(by: str) -> None:
    """在企业名录中查找重复，疑似者列入待核对。Search the register of firms for duplicates.

    \b
    例 Example:
      liantu data review duplicates --by 企业处
    """
    from liantu.web.ready import ready

    ready(with_first_plan=False)
    from liantu.records.identity.queue import find_duplicates

    with progress(1) as step:
        step("比对 comparing")
        found = find_duplicates("firms", by)
    click.echo(found.message.zh)
    click.echo(found.message.en)


def _row(told: Told) -> Row:
    """A case with what is known of it; score, evidence and rows may not be kept of a moment."""
    from liantu.words import words

    case, lost = told.case, {lang: words().say("imports.not_kept", lang) for lang in ("zh", "en")}
    beside = case.left_key or case.left_code
    left = f"{told.left_name}（{beside}）" if beside else told.left_name
    return {
        "id": case.pk,
        "kind": case.get_kind_display(),
        "left": left,
        "right": f"{told.right_name}（{case.right_key}）",
        "score": round(case.score, 3) if told.met else None,
        "reason": case.reason if told.met else lost["zh"],
        "reason_en": case.reason_en if told.met else lost["en"],
        "state": told.state.label,
        "by": told.by,
        "because": told.because,
        "rows": case.rows if told.met else None,
        "version": told.version,
    }
