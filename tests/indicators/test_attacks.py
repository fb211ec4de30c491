"""Expressions that try to get out of a formula: files, settings, other tables, the machine."""

from __future__ import annotations

import pytest

from liantu.indicators.checking import check_condition, check_formula
from liantu.indicators.formula import DEEPEST, LONGEST, NotAFormula, parse

OUT = [
    "read_csv('/etc/passwd')",
    "sum((select count(*) from read_csv('/etc/passwd')))",
    "(select 1)",
    "select 1",
    "sum(revenue_cny) from firms",
    "sum(revenue_cny); drop table firms",
    "read_parquet('http://example.org/x.parquet')",
    "read_text('/etc/hostname')",
    "read_blob('x')",
    "read_json('x')",
    "\"read_csv\"('/etc/passwd')",
    "getenv('HOME')",
    "current_setting('home_directory')",
    "sum(getenv('HOME')::double)",
    "pragma version",
    "set memory_limit = '1GB'",
    "attach '/tmp/x.db'",
    "copy firms to '/tmp/out.csv'",
    "install httpfs",
    "load httpfs",
    "export database '/tmp/x'",
    "call pragma_version()",
    "duckdb_settings()",
    "duckdb_secrets()",
    "duckdb_functions()",
    "glob('/*')",
    "sqlite_scan('x', 'y')",
    "postgres_scan('host=x', 'a', 'b')",
    "query('select 1')",
    "query_table('firms')",
    "information_schema.tables",
    "pg_catalog.pg_class",
    "sum(x) filter (where exists (select 1 from firms))",
    "exists (select 1)",
    "sum(case when credit_code in (select credit_code from firms) then 1 end)",
    "sum(revenue_cny) over ()",
    "sum(revenue_cny order by period)",
    "sum(revenue_cny) -- and a comment",
    "sum(revenue_cny /* hidden */)",
    "sum(revenue_cny)::varchar",
    "cast('/etc/passwd' as blob)",
    "try_cast('1' as int)",
    "list_transform([1], x -> x)",
    "[x for x in [1]]",
    "{'a': 1}",
    "struct_pack(a := 1)",
    "map([1], [2])",
    "columns(*)",
    "*",
    "firms.*",
    "count(distinct revenue_cny, tax_cny)",
    "$1",
    "?",
    ":name",
    "nextval('x')",
    "random()",
    "uuid()",
    "now()",
    "current_user",
    "current_date",
    "version()",
    "system.main.sum(revenue_cny)",
    "main.getenv('X')",
    "string_agg(credit_code, ',')",
    "list(revenue_cny)",
    "any_value(revenue_cny)",
    "repeat('x', 1000000000)",
    "range(1000000000)",
    "generate_series(1, 100000000000)",
    "regexp_matches(credit_code, '(a+)+$')",
    "credit_code similar to '(a+)+$'",
    "printf('%s', credit_code)",
    "sum(1e999)",
    "sum(" + "9" * 400 + ")",
    "sum(revenue_cny) = E'\\x41'",
    "credit_code = 'a\\'",
    "credit_code = 'a\x00b'",
    "U&'d\\0061t'",
    "lambda x: x",
    "java_method('java.lang.Runtime', 'exec')",
    "reflect('java.lang.System', 'exit', 0)",
    "java_method('java.lang.System', 'getenv')",
    "input_file_name()",
    "raise_error('x')",
    "interval 1 day",
    "timestamp '2024-01-01'",
    "sum(firm_name)",
    "sum(revenue_cny) union all select 1",
    "sum(revenue_cny) limit 1",
    "with x as (select 1) select * from x",
]


@pytest.mark.parametrize("text", OUT)
def test_no_way_out_of_a_formula(text: str) -> None:
    for check in (check_formula, check_condition):
        with pytest.raises(NotAFormula) as told:
            check(text, "firm_month")
        assert all(refusal.zh and refusal.en for refusal in told.value.refusals)


BOMBS = [
    "(" * 5_000 + "1" + ")" * 5_000,
    "not " * 400 + "true",
    "- " * 900 + "1",
    "+".join(["1"] * 900),
    "sum(" * 300 + "1" + ")" * 300,
    "case when true then " * 90 + "1" + " end" * 90,
    "a" * (LONGEST + 1),
    "'" + "x" * 1_500 + "'",
    "revenue_cny in (" + ",".join(["1"] * 800) + ")",
    "",
    "   ",
    "\n",
    "'",
    "(",
    ")",
    "\ud800",
    "\x00",
]


@pytest.mark.parametrize("number", range(len(BOMBS)))
def test_what_is_too_deep_too_long_or_no_text_is_told(number: int) -> None:
    with pytest.raises(NotAFormula):
        check_formula(BOMBS[number], "firm_month")


def test_what_is_deep_but_bearable_is_read() -> None:
    depth = DEEPEST // 2 - 4
    parse("(" * depth + "sum(revenue_cny)" + ")" * depth)
