"""Firms resolved: code first, then name; nothing merged in silence; precision on known truth."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from liantu.declarations import CATALOG
from liantu.errors import InvalidRecords
from liantu.records.identity import duplicates, resolve, review_queue
from liantu.records.identity.credit_code import check_character, organisation_check_character
from liantu.records.identity.likeness import CODE, likeness
from liantu.records.identity.reasons import FEATURES, RULES
from liantu.records.identity.rows import ready
from liantu.records.identity.rules import identity_rules
from liantu.words import read_words


def code(organisation: str) -> str:
    first = "91430100" + organisation + organisation_check_character(organisation)
    return first + check_character(first)


ONE, OTHER = code("MA4K7P2W"), code("MA3R9T6Q")
SWAPPED = ONE[:12] + ONE[13] + ONE[12] + ONE[14:]


def decide(left: dict[str, str | None], right: dict[str, str | None]) -> dict[str, object]:
    """The decision on one pair, among a thousand unrelated firms."""
    crowd = [
        {"id": str(n), "name": f"长沙{chr(0x4E00 + n)}{chr(0x5E00 + n)}机械有限公司"}
        for n in range(1000)
    ]
    frames = [
        pl.DataFrame([{"id": "x", **firm}, *crowd[at::2]], infer_schema_length=None)
        for at, firm in enumerate((left, right))
    ]
    found = resolve(*frames).filter((pl.col("left_id") == "x") & (pl.col("right_id") == "x"))
    return found.row(0, named=True) if found.height else {"decision": "unlisted"}


@pytest.mark.parametrize(
    ("left", "right", "decision", "says"),
    [
        pytest.param(
            {"name": "长沙华川电子有限公司", "credit_code": ONE},
            {"name": "华川电子（长沙）有限责任公司", "credit_code": f" {ONE.lower()} "},
            "same", "信用代码相同且名称相符", id="same code, name written otherwise",
        ),
        pytest.param(
            {"name": "长沙华川电子有限公司", "credit_code": ONE},
            {"name": "株洲仁和食品有限公司", "credit_code": ONE},
            "review", "可能填错或互换", id="same code, another name",
        ),
        pytest.param(
            {"name": "长沙华川电子有限公司", "credit_code": ONE},
            {"name": "长沙华川电子有限公司", "credit_code": OTHER},
            "review", "均有效", id="same name, two codes that hold",
        ),
        pytest.param(
            {"name": "长沙华川电子有限公司", "credit_code": ONE},
            {"name": "长沙华川食品有限公司", "credit_code": OTHER},
            "unlisted", "", id="namesake in another industry, told apart by the codes",
        ),
        pytest.param(
            {"name": "长沙华川电子有限公司", "area_code": "430102"},
            {"name": "長沙市华川电子科技有限责任公司", "area_code": "430102"},
            "same", "足以认定", id="no codes, all else agrees",
        ),
        pytest.param(
            {"name": "长沙华川电子有限公司", "area_code": "430102"},
            {"name": "株洲华川电子有限公司", "area_code": "430202"},
            "different", "名称中地区不同", id="the same name in another city",
        ),
        pytest.param(
            {"name": "长沙华川电子集团有限公司", "area_code": "430102"},
            {"name": "长沙华川电子有限公司", "area_code": "430102"},
            "review", "一方为集团", id="the group is not its member",
        ),
        pytest.param(
            {"name": "长沙华川电子有限公司", "area_code": "430102"},
            {"name": "长沙华川电子有限公司第二分公司", "area_code": "430102"},
            "different", "分支机构", id="a branch is not its firm",
        ),
        pytest.param(
            {"name": "长沙宏远达电子有限公司"},
            {"name": "长沙宏运达电子有限公司", "area_code": "430102"},
            "review", "差一字", id="one character wrong",
        ),
        pytest.param(
            {"name": "长沙华川电子有限公司", "credit_code": ONE},
            {"name": "长沙华川电子有限公司", "credit_code": SWAPPED},
            "same", "代码仅差一处", id="code mistyped",
        ),
        pytest.param(
            {"name": "长沙仁和机械有限公司", "area_code": "430102",
             "former_names": "长沙华川电子有限公司（2019-05-01）；长沙旧厂"},
            {"name": "长沙华川电子有限公司", "area_code": "430102"},
            "same", "曾用名", id="former name",
        ),
        pytest.param(
            {"name": "长沙华川股份有限公司", "area_code": "430102"},
            {"name": "长沙华川医疗器械股份有限公司", "area_code": "430102"},
            "review", "可能是同一集团", id="a firm and another of its group",
        ),
        pytest.param(
            {"name": "长沙华川电子有限公司"},
            {"name": "株洲仁和食品有限公司"},
            "unlisted", "", id="nothing in common",
        ),
    ],
)  # fmt: skip
def test_decisions(
    left: dict[str, str | None], right: dict[str, str | None], decision: str, says: str
) -> None:
    found = decide(left, right)
    assert found["decision"] == decision, found
    assert says in str(found.get("reason", ""))


def test_swapped_codes_go_to_review() -> None:
    left = pl.DataFrame(
        {
            "id": ["a", "b"],
            "name": ["长沙华川电子有限公司", "株洲仁和食品有限公司"],
            "credit_code": [ONE, OTHER],
        }
    )
    right = left.with_columns(credit_code=pl.Series([OTHER, ONE]))
    found = resolve(left, right)
    assert set(found["decision"]) == {"review"}
    queue = review_queue(found, left, right)
    assert len(queue) == 4
    assert {(pair.left_name[:2], pair.right_name[:2]) for pair in queue} >= {("长沙", "株洲")}
    assert all(pair.reason and pair.reason_en for pair in queue)


def test_a_row_that_fits_two_firms_is_not_given_to_one() -> None:
    register = pl.DataFrame(
        {"id": ["a", "b"], "name": ["长沙华川电子有限公司", "华川电子（长沙）有限公司"],
         "credit_code": [ONE, OTHER], "area_code": ["430102", "430102"]}
    )  # fmt: skip
    filed = pl.DataFrame({"id": ["x"], "name": ["长沙市华川电子有限公司"], "area_code": ["430102"]})
    found = resolve(filed, register)
    assert found["decision"].to_list() == ["review", "review"]
    assert found["reason"].str.contains("另一企业").all()


def test_faulty_frames_are_refused() -> None:
    good = pl.DataFrame({"id": ["a"], "name": ["长沙华川电子有限公司"]})
    with pytest.raises(InvalidRecords, match="name"):
        resolve(good.drop("name"), good)
    with pytest.raises(InvalidRecords, match="a"):
        duplicates(pl.concat([good, good]))


def test_empty_frames_give_no_pairs() -> None:
    empty = pl.DataFrame(schema={"id": pl.String, "name": pl.String})
    good = pl.DataFrame({"id": ["a"], "name": ["长沙华川电子有限公司"]})
    for left, right in ((empty, good), (good, empty), (empty, empty)):
        assert resolve(left, right).is_empty()
    assert duplicates(empty).is_empty()


def test_order_of_rows_changes_nothing() -> None:
    names = [
        "长沙华川电子有限公司",
        "华川电子（长沙）有限公司",
        "长沙华川食品厂",
        "长沙华州电子有限公司",
    ]
    frame = pl.DataFrame({"id": [f"f{n}" for n in range(len(names))], "name": names})

    def pairs(rows: pl.DataFrame) -> set[tuple[frozenset[str], str]]:
        found = duplicates(rows)
        return {
            (frozenset((row["left_id"], row["right_id"])), row["decision"])
            for row in found.iter_rows(named=True)
        }

    assert pairs(frame) == pairs(frame.reverse())


def test_every_finding_and_rule_has_its_words() -> None:
    words = read_words(CATALOG / "words")
    assert all(words.known(f"identity.rule.{rule}") for rule in RULES)
    assert all(words.known(f"identity.{name}.differs") or name == "name" for name in FEATURES)


def test_real_names_find_themselves_and_nobody_else(shared: Path) -> None:
    lines = (shared / "data/chain_kg/company.jsonl").read_text(encoding="utf-8").splitlines()
    firms = [json.loads(line) for line in lines]
    register = pl.DataFrame(
        {"id": [str(n) for n in range(len(firms))], "name": [f["fullname"] for f in firms]}
    )
    written = register.with_columns(
        name=pl.col("name")
        .str.replace("股份有限公司", "股份公司")
        .str.replace_all("(", "（ ", literal=True)
    )
    found = resolve(written, register)
    same = found.filter(pl.col("decision") == "same")
    right = same.filter(pl.col("left_id") == pl.col("right_id"))
    assert right.height / same.height > 0.99
    reached = found.filter(
        (pl.col("decision") != "different") & (pl.col("left_id") == pl.col("right_id"))
    )
    assert reached["left_id"].n_unique() / len(firms) > 0.99


def test_no_two_listed_firms_are_taken_for_one(shared: Path) -> None:
    lines = (shared / "data/chain_kg/company.jsonl").read_text(encoding="utf-8").splitlines()
    firms = [json.loads(line) for line in lines]
    listed = {str(n): firm["code"].split(".")[0] for n, firm in enumerate(firms)}
    found = duplicates(
        pl.DataFrame({"id": list(listed), "name": [firm["fullname"] for firm in firms]})
    )
    same = found.filter(pl.col("decision") == "same")
    pairs = [(listed[one], listed[other]) for one, other in same["left_id", "right_id"].iter_rows()]
    assert pairs, "two of them are listed twice, under an old and a new name"
    assert all(one == other for one, other in pairs)


def test_both_directions_agree() -> None:
    names = [
        "长沙华川电子有限公司",
        "华川电子（长沙）有限公司",
        "长沙华川食品厂",
        "长沙华州电子公司",
    ]
    one = pl.DataFrame({"id": ["a", "b"], "name": names[:2], "area_code": ["430102", None]})
    other = pl.DataFrame({"id": ["c", "d"], "name": names[2:], "area_code": [None, "430102"]})

    def seen(left: pl.DataFrame, right: pl.DataFrame) -> set[tuple[frozenset[str], str, float]]:
        return {
            (frozenset((row["left_id"], row["right_id"])), row["decision"], round(row["score"], 9))
            for row in resolve(left, right).iter_rows(named=True)
        }

    assert seen(one, other) == seen(other, one) != set()


def test_former_names_in_a_circle_end() -> None:
    frame = pl.DataFrame(
        {
            "id": ["a", "b"],
            "name": [
                "长沙华川电子有限公司（原长沙宏达机械厂）",
                "长沙宏达机械厂（原长沙华川电子有限公司）",
            ],
            "former_names": ["长沙宏达机械厂", "长沙华川电子有限公司；长沙宏达机械厂"],
            "area_code": ["430102", "430102"],
        }
    )
    found = duplicates(frame)
    assert found.height == 1
    assert "曾用名" in found["reason"][0]


@pytest.mark.parametrize(
    "name", ["华" * 4000, "", "有限公司", "（）", "\x00\x07", "长沙", "𠮷" * 9]
)
def test_names_that_say_nothing_harm_nobody(name: str) -> None:
    crowd = pl.DataFrame({"id": ["a", "b"], "name": ["长沙华川电子有限公司", "株洲仁和食品厂"]})
    odd = pl.DataFrame({"id": ["x"], "name": [name]})
    assert "same" not in resolve(odd, crowd)["decision"].to_list()
    assert "same" not in duplicates(pl.concat([odd, crowd]))["decision"].to_list()


def test_one_slip_of_codes_is_seen() -> None:
    frame = pl.DataFrame(
        {"id": ["a", "b"], "name": ["甲", "乙"], "credit_code": [ONE, ONE[:9] + "0" + ONE[10:]]}
    )
    rows = ready(frame)
    seen = likeness(rows, rows, np.array([0]), np.array([1]), identity_rules())
    assert seen.findings["code"].tolist() == [CODE.index("slip")]
