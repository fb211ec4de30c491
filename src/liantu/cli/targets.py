"""``liantu evaluate`` and ``liantu explain``: the state of targets, and how it came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liantu.cli.output import Format, Row, format_option, print_rows
from liantu.errors import NotFound, UsageError

if TYPE_CHECKING:
    from liantu.plan.package import PlanPackage, Target
    from liantu.systems.targets.state import TargetState

LIGHTS = {
    "done": "● 已完成",
    "normal": "● 正常",
    "watch": "▲ 关注",
    "behind": "■ 滞后",
    "unknown": "○ 无法判断",
}
VERDICTS = {"meets": "达到", "fails": "未达到", "cannot_tell": "无法判断"}

as_of_option = click.option(
    "--as-of",
    "as_of_text",
    default=None,
    metavar="YYYY-MM-DD",
    help="评价基准日，缺省为今天。Date the lights speak of; today by default.",
)
vintage_option = click.option(
    "--vintage", help="数据版次，缺省为最新。Vintage of the ledger; the latest by default."
)
plan_option = click.option(
    "--plan",
    "plan_dir",
    type=click.Path(path_type=Path),
    help="规划包目录，缺省用台账中的规划。Package folder; the ledger's plan by default.",
)
observations_option = click.option(
    "--observations",
    "observations_file",
    type=click.Path(path_type=Path),
    help="数据文件，缺省用台账中的数据。Figures file; the ledger's figures by default.",
)


@click.group()
def evaluate() -> None:
    """评价。Evaluate."""


@evaluate.command()
@as_of_option
@vintage_option
@plan_option
@observations_option
@format_option
def targets(
    as_of_text: str | None,
    vintage: str | None,
    plan_dir: Path | None,
    observations_file: Path | None,
    style: Format,
) -> None:
    """每项目标的进度灯、结论与理由。Light, verdict and reason of every target.

    \b
    例 Example:
      liantu evaluate targets --as-of 2025-12-31
      liantu evaluate targets --plan build/plan --observations figures.csv --format csv
    """
    package, states = _states(_date(as_of_text), vintage, plan_dir, observations_file)
    by_id = {target.id: target for target in package.targets}
    rows = [_row(by_id[state.target_id], state) for state in states]
    columns = {
        "id": "编号",
        "subject": "对象",
        "indicator": "指标",
        "target": "目标",
        "light": "灯",
        "reason": "理由",
    }
    print_rows(
        [{**row, "light": LIGHTS[row["light"]]} for row in rows] if style == "table" else rows,
        style,
        columns,
        [asdict(state) for state in states] if style == "json" else None,
    )


@click.command()
@click.argument("target_id")
@as_of_option
@vintage_option
@plan_option
@observations_option
@click.option(
    "--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True
)
def explain(
    target_id: str,
    as_of_text: str | None,
    vintage: str | None,
    plan_dir: Path | None,
    observations_file: Path | None,
    style: str,
) -> None:
    """一项目标或度量的公式、输入、来源、缺项。Formula, inputs, sources of a target or measure.

    \b
    例 Example:
      liantu explain b1.3 --as-of 2025-12-31
      liantu explain above_scale_revenue
    """
    from liantu.cli.indicators import folders, tell
    from liantu.indicators.loading import load

    if target_id in load(folders()).measures and style == "table":
        tell(target_id, None, vintage or as_of_text)
        return
    from liantu.systems.targets.explain import explain as sections_of

    package, states = _states(_date(as_of_text), vintage, plan_dir, observations_file)
    target = next((target for target in package.targets if target.id == target_id), None)
    state = next((state for state in states if state.target_id == target_id), None)
    if target is None or state is None:
        raise _unknown(target_id, [target.id for target in package.targets])
    if style == "json":
        print_rows([], "json", details=[{"target": target.model_dump(), "state": asdict(state)}])
        return
    for section in sections_of(state, target):
        click.secho(section.title, bold=True)
        for line in section.lines:
            click.echo(f"  {line}")


def _states(
    as_of: date, vintage: str | None, plan_dir: Path | None, observations_file: Path | None
) -> tuple[PlanPackage, Sequence[TargetState]]:
    """From files where both are given, else from the ledger."""
    if (plan_dir is None) != (observations_file is None):
        raise UsageError(
            "--plan 与 --observations 须同时给出；都不给则使用台账中的规划和数据。",
            "--plan and --observations go together; give neither to use the ledger.",
        )
    if plan_dir is not None and observations_file is not None:
        if vintage:
            raise UsageError(
                "--vintage 只用于台账数据，不能与 --observations 同用。",
                "--vintage belongs to the ledger and cannot go with --observations.",
            )
        return _states_of_files(plan_dir, observations_file, as_of)
    from liantu.web.ready import ready

    ready()
    from liantu.systems.targets.board import board

    found = board(as_of, vintage)
    return found.package, found.states


def _states_of_files(
    plan_dir: Path, observations_file: Path, as_of: date
) -> tuple[PlanPackage, Sequence[TargetState]]:
    from liantu.plan.store import read_package
    from liantu.records.figures.observations_file import read_observations
    from liantu.systems.targets.board import check_date
    from liantu.systems.targets.evaluate import evaluate as evaluate_targets

    check_date(as_of)
    package = read_package(plan_dir)
    imported = read_observations(observations_file)
    for rejected in imported.rejected:
        click.echo(str(rejected.message), err=True)
    return package, evaluate_targets(package, imported.observations, as_of)


def _row(target: Target, state: TargetState) -> Row:
    from liantu.systems.targets.wording import target_text

    attained = state.attained
    return {
        "id": target.id,
        "clause": target.clause,
        "subject": target.subject,
        "indicator": target.indicator,
        "target": target_text(target),
        "unit": target.unit,
        "year": target.year,
        "light": state.light,
        "verdict": state.verdict,
        "final": state.final,
        "attained_low": _finite(attained.low) if attained else None,
        "attained_high": _finite(attained.high) if attained else None,
        "freshness": state.freshness,
        "reason": state.reason,
    }


def _finite(value: float) -> float | None:
    return value if abs(value) != float("inf") else None


def _date(text: str | None) -> date:
    if text is None:
        return date.today()  # noqa: DTZ011 - the office's own calendar day is meant
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"--as-of 不是日期：“{text}”。应写成 2025-12-31。",
            f"--as-of {text!r} is not a date; write 2025-12-31.",
        ) from error


def _unknown(target_id: str, known: list[str]) -> Any:
    from difflib import get_close_matches

    near = (
        "、".join(get_close_matches(target_id, known, n=3, cutoff=0.3)) or "liantu evaluate targets"
    )
    return NotFound(
        f"没有编号为“{target_id}”的目标。相近的有：{near}。",
        f"There is no target {target_id!r}. Near: {near}.",
    )
