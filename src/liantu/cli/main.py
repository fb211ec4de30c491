"""``liantu``: the group of commands, exit codes, and how errors reach the user."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from liantu import __version__
from liantu.cli.admin import admin
from liantu.cli.audit import audit
from liantu.cli.backup import backup, restore
from liantu.cli.cycles import cycles
from liantu.cli.data import data
from liantu.cli.docs import docs
from liantu.cli.failure import as_message
from liantu.cli.indicators import indicators
from liantu.cli.jobs import jobs
from liantu.cli.output import listed
from liantu.cli.plan import plan
from liantu.cli.quality import quality
from liantu.cli.report import report
from liantu.cli.sample import sample
from liantu.cli.serve import migrate, serve, worker
from liantu.cli.settings import settings
from liantu.cli.targets import evaluate, explain
from liantu.errors import InvalidRecords, LiantuError
from liantu.records.access import OPERATOR, acting

EXIT_CODES = """
\b
退出码 Exit codes
  0  成功                    done
  1  未预料的错误            unexpected error
  2  参数不对                wrong arguments
  3  文件无法读取            a file could not be read as what it was given for
  4  部分记录未通过检查      rows failed their checks (good rows were kept)
  5  目录数据有误            a catalogue file is wrong
  6  找不到所指对象          a named target, plan, edition or file does not exist
  7  没有可计算的内容        nothing to compute in what was given
  8  存储失败                storage failed: disk full, no permission, damaged files
  9  他人已先修改            someone else changed the record first; nothing was overwritten
 10  正忙，请稍后再试        too much is being computed at once; try again
 11  尚未登录                nobody is signed in
 12  没有权限                not allowed to whoever acts
 13  已接收并锁定            accepted and locked; nothing was changed
"""


@click.group(epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="liantu")
@click.pass_context
def cli(context: click.Context) -> None:
    """链图：把纸上的规划编译成数据，盯住每一项目标，写出季度调度材料。

    Compiles a regional manufacturing plan into data, watches every target, writes the dispatch.

    \b
    例 Example:
      liantu plan compile plan.txt --out build/plan
      liantu plan audit build/plan
      liantu evaluate targets --as-of 2025-12-31
      liantu report quarterly --period 2025Q4 --out build/papers
    """
    # Whoever has the shell holds the files: they act as what they are.
    context.with_resource(acting(OPERATOR))


_COMMANDS: tuple[click.Command, ...] = (
    plan, evaluate, explain, indicators, report, data, cycles, sample, admin, audit, serve, jobs,
    worker, backup, restore, migrate, settings, docs,
)  # fmt: skip
for command in _COMMANDS:
    cli.add_command(command)
data.add_command(quality)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point: one place turns errors into messages and exit codes."""
    try:
        result = cli.main(arguments, standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        click.secho("命令或参数不对，请对照 --help 中的例子改正。", err=True, fg="red")
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("已中止，未作任何更改。Stopped; nothing was changed.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output (head, less) went away: nothing to report, nobody to tell.
        # What is still buffered must not meet the broken pipe again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        # The last place that can turn an error into words.
        message = as_message(error)
        _report(message)
        sys.exit(message.exit_code)
    sys.exit(result if isinstance(result, int) else 0)


def _report(error: LiantuError) -> None:
    click.secho(error.message.zh, err=True, fg="red")
    click.echo(error.message.en, err=True)
    if isinstance(error, InvalidRecords):
        listed([each for each in error.problems if each.zh not in error.message.zh])
