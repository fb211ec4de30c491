"""A synthetic register of firms (模拟数据) with copies as offices write them, and the truth.

Every firm is invented: trade names are drawn from a pool of characters, so that many firms share
one, as they do; groups, subsidiaries and namesakes of other areas and industries are planted.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

import polars as pl

from liantu.records.identity.credit_code import check_character, organisation_check_character
from liantu.records.identity.lexicon import firm_name_words, simplifying
from liantu.records.identity.places import place_names

CHARACTERS = (
    "华兴瑞达盛鑫泰宏恒金天海中德信诚利安康嘉和美新科联博创亿隆源丰通顺凯腾飞远东方明光辉"
    "润泽正大国林森川江河山岳云星辰宇航卓越优佳益民福禄寿喜庆祥吉昌荣富贵宝玉银龙凤麒麟鹏"
    "翔鸿雁鹤蓝青绿红紫白黑朗晨曦旭阳日月春夏秋冬梅兰竹菊松柏桂枫樱莲荷锦绣程前景志成功立"
    "业勤俭朴实厚德善真诺言行知学思敏捷迅速劲力强壮威武雄伟峰岭岩石磐固坚韧钢铁铜晶莹玲珑"
    "奥迪菲尔克斯特伦普洛伊艾欧亚非拉维纳诗琳娜莎雅典雅致精英杰俊豪迈峻驰骋骏骐骥"
)
OTHER_FORM = {
    "有限公司": "有限责任公司",
    "有限责任公司": "有限公司",
    "股份有限公司": "股份公司",
}
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class Invented:
    """A firm that does not exist."""

    number: int
    city: str
    city_name: str
    province_name: str
    area_code: str
    core: str
    trade: str
    tail: str
    trade_group: int
    form: str
    group: bool
    code: str
    industry_code: str


@dataclass
class Maker:
    """Draws firms and copies of them from one seed."""

    seed: int
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        names = place_names().places
        cities = [c for c in names if c.endswith("00") and not c.endswith("0000")]
        self.names = names
        self.cities = self.dice.sample(cities, 12)
        words = firm_name_words()
        self.trades = [[word for word in group if 2 <= len(word) <= 4] for group in words.industry]
        self.tails = ["", "", "科技", "技术", "实业", "发展", "科技发展", "制造", "工业"]
        self.weights = [1 / (rank + 8) for rank in range(len(CHARACTERS))]

    def firm(self, number: int) -> Invented:
        """A firm by itself. Three in four are of the home city."""
        dice = self.dice
        city = self.cities[0] if dice.random() < 0.75 else dice.choice(self.cities)
        group = dice.randrange(len(self.trades))
        trade = dice.choice(self.trades[group])
        return Invented(
            number=number,
            **self.place(city),
            core=self.core(),
            trade=trade,
            tail=dice.choice(self.tails),
            trade_group=group,
            form=dice.choices(["有限公司", "有限责任公司", "股份有限公司", "厂"], [80, 8, 8, 4])[0],
            group=dice.random() < 0.03,
            code=self.code(city),
            industry_code=self.industry_code(group, trade),
        )

    def relative(self, firm: Invented, number: int) -> Invented:
        """Another firm that shares the trade name: of another area, industry, or the group."""
        fresh = self.firm(number)
        kind = self.dice.random()
        if kind < 0.35:  # the same business in another city: one city registers a name once
            elsewhere = self.dice.choice([city for city in self.cities if city != firm.city])
            return replace(firm, number=number, code=self.code(elsewhere), group=fresh.group,
                           form=fresh.form, **self.place(elsewhere))  # fmt: skip
        if kind < 0.75:  # another business in the same city
            others = [group for group in range(len(self.trades)) if group != firm.trade_group]
            group = self.dice.choice(others)
            trade = self.dice.choice(self.trades[group])
            return replace(fresh, core=firm.core, **self.place(firm.city), trade=trade,
                           trade_group=group, industry_code=self.industry_code(group, trade),
                           code=self.code(firm.city))  # fmt: skip
        if kind < 0.85 and firm.form != "厂":  # the group above it, or a firm of the group
            return replace(firm, number=number, group=not firm.group, code=fresh.code)
        return fresh

    def place(self, city: str) -> dict[str, str]:
        """Where a firm of ``city`` is: a district drawn from twenty."""
        return {
            "city": city,
            "city_name": self.names[city].removesuffix("市"),
            "province_name": self.names[city[:2] + "0000"].removesuffix("省"),
            "area_code": f"{city[:4]}{self.dice.randrange(1, 21):02d}",
        }

    def industry_code(self, group: int, trade: str) -> str:
        return f"{13 + group * 3 + len(trade) % 3}{sum(map(ord, trade)) % 90 + 10}"

    def core(self) -> str:
        """A trade name of two to four characters, common ones often."""
        size = self.dice.choices([2, 3, 4], [70, 20, 10])[0]
        return "".join(self.dice.choices(CHARACTERS, self.weights, k=size))

    def code(self, city: str) -> str:
        body = "".join(self.dice.choices(ALPHABET, k=6))
        organisation = "MA" + body
        first = f"91{city}{organisation}{organisation_check_character(organisation)}"
        return first + check_character(first)

    def registered(self, firm: Invented) -> dict[str, str | None]:
        """The row as the register has it; one in seven lacks the code."""
        area = self.dice.choices(
            [firm.city_name, firm.city_name + "市", firm.province_name, ""], [70, 10, 12, 8]
        )[0]
        return {
            "name": self.written(firm, area),
            "credit_code": firm.code if self.dice.random() < 0.85 else None,
            "area_code": firm.area_code,
            "industry_code": firm.industry_code,
        }

    def written(self, firm: Invented, area: str) -> str:
        group = "集团" if firm.group and firm.form != "厂" else ""
        return f"{area}{firm.core}{firm.trade}{firm.tail}{group}{firm.form}"

    def copy(self, firm: Invented) -> dict[str, str | None]:
        """The same firm as another office files it."""
        dice = self.dice
        seen = replace(firm, core=self.slip(firm.core) if dice.random() < 0.12 else firm.core)
        if dice.random() < 0.2:
            seen = replace(seen, tail=dice.choice(self.tails))
        if dice.random() < 0.06:
            seen = replace(seen, trade=dice.choice(self.trades[firm.trade_group]))
        if dice.random() < 0.2:
            turned = {
                "有限公司": "有限责任公司",
                "有限责任公司": "有限公司",
                "股份有限公司": "股份公司",
            }
            seen = replace(seen, form=turned.get(seen.form, seen.form))
        elif dice.random() < 0.08:
            seen = replace(seen, form="" if dice.random() < 0.7 else "股份有限公司")
        area = dice.choices(
            [firm.city_name, firm.city_name + "市", firm.province_name,
             firm.province_name + firm.city_name, ""],
            [45, 15, 10, 8, 22],
        )[0]  # fmt: skip
        name = self.written(seen, area)
        if area == firm.city_name and dice.random() < 0.2:
            name = f"{seen.core}（{area}）{name.removeprefix(area + seen.core)}"
        if dice.random() < 0.02:
            name = f"{self.written(replace(firm, core=self.core()), area)}（原{name}）"
        return {
            "name": self.spelt(name),
            "credit_code": self.filed_code(firm.code),
            "area_code": self.filed_area(firm),
            "industry_code": firm.industry_code if dice.random() < 0.7 else None,
        }

    def filed_code(self, code: str) -> str | None:
        kind = self.dice.random()
        if kind < 0.5:
            return None
        if kind < 0.58:
            at = self.dice.randrange(8, 17)
            return code[:at] + self.dice.choice(ALPHABET) + code[at + 1 :]
        return code

    def filed_area(self, firm: Invented) -> str | None:
        kind = self.dice.random()
        if kind < 0.1:
            return None
        return f"{firm.city[:4]}{self.dice.randrange(1, 21):02d}" if kind < 0.16 else firm.area_code

    def slip(self, core: str) -> str:
        """One character wrong, swapped, missing or too many."""
        at = self.dice.randrange(len(core))
        other = self.dice.choice(CHARACTERS)
        kind = self.dice.random()
        if kind < 0.5:
            return core[:at] + other + core[at + 1 :]
        if kind < 0.7:
            return core[1] + core[0] + core[2:]
        if kind < 0.85 and len(core) > 2:
            return core[:at] + core[at + 1 :]
        return core[:at] + other + core[at:]

    def spelt(self, name: str) -> str:
        kind = self.dice.random()
        if kind < 0.03:
            back = {chr(new): chr(old) for old, new in simplifying().items()}
            return "".join(back.get(char, char) for char in name)
        if kind < 0.06:
            return name.replace("（", "(").replace("）", ")")
        return f"{name[:2]} {name[2:]} " if kind < 0.09 else name


def register(firms: int, copies: int, seed: int = 7) -> pl.DataFrame:
    """``firms`` firms and ``copies`` further rows that repeat some of them.

    Returns:
        ``id``, ``truth`` (number of the firm), ``name``, ``credit_code``, ``area_code``,
        ``industry_code``; rows in random order.
    """
    maker = Maker(seed)
    made: list[Invented] = []
    for number in range(firms):
        related = made and maker.dice.random() < 0.15
        made.append(
            maker.relative(maker.dice.choice(made), number) if related else maker.firm(number)
        )
    rows = [{"truth": firm.number, **maker.registered(firm)} for firm in made]
    rows += [
        {"truth": firm.number, **maker.copy(firm)} for firm in maker.dice.choices(made, k=copies)
    ]
    maker.dice.shuffle(rows)
    return pl.DataFrame(rows, infer_schema_length=None).with_row_index("id")
