"""A synthetic register of firms (模拟数据) with copies as offices write them, and the truth.

Every firm is invented: trade names are drawn from a pool of characters, so that many firms share
one, as they do; groups, subsidiaries, branches and namesakes of other areas and industries are
planted. Words of trade are this file's own, so that the splitter is not tested on its own words.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

import polars as pl

from liantu.records.identity.credit_code import check_character, organisation_check_character
from liantu.records.identity.lexicon import simplifying
from liantu.records.identity.places import place_names

CHARACTERS = (
    "华兴瑞达盛鑫泰宏恒金天海中德信诚利安康嘉和美新科联博创亿隆源丰通顺凯腾飞远东方明光辉"
    "润泽正大国林森川江河山岳云星辰宇航卓越优佳益民福禄寿喜庆祥吉昌荣富贵宝玉银龙凤麒麟鹏"
    "翔鸿雁鹤蓝青绿红紫白黑朗晨曦旭阳日月春夏秋冬梅兰竹菊松柏桂枫樱莲荷锦绣程前景志成功立"
    "业勤俭朴实厚德善真诺言行知学思敏捷迅速劲力强壮威武雄伟峰岭岩石磐固坚韧钢铁铜晶莹玲珑"
    "奥迪菲尔克斯特伦普洛伊艾欧亚非拉维纳诗琳娜莎雅典雅致精英杰俊豪迈峻驰骋骏骐骥"
)
TRADES = [
    line.split()
    for line in """
电子 电子元器件 电路板 线路板 半导体 光电 显示器件 连接器件
软件 信息技术 网络科技 数据服务 物联网 电子商务 云计算 安防
机械 机械设备 数控刀具 起重设备 叉车 钣金 激光切割 机床附件
汽车零部件 汽车配件 车身模具 摩托车配件 内饰件 汽车饰品 汽修
门窗 家具 家居 卫浴 橱柜 木制品 竹木制品 红木家具
服饰 服装 鞋业 箱包 针织 纺织品 家纺 皮具
食品 饮料 调味品 酒业 茶叶 粮油 冷链食品 肉制品
医药 药业 医疗器械 中药饮片 保健品 生物制品 诊断试剂 口腔器材
化工 涂料 胶粘剂 助剂 橡塑制品 塑料包装 玻璃钢 注塑
建材 混凝土 砂石 幕墙 装饰工程 园林绿化 建筑劳务 防水材料
印务 彩印 纸业 纸制品 包装印刷 标牌 广告 展览展示
物流 供应链 运输 仓储 货运代理 快运 搬家服务 冷链物流
新能源 光伏 电池 储能设备 充电桩 节能环保 水处理 环保设备
农牧 饲料 种业 养殖 果蔬 花卉 农机 肥业
五金 不锈钢制品 铝业 铸造 弹簧 紧固件 阀门 水暖器材
""".strip().splitlines()
]
"""Words of trade written from the street, not from the words that names are split by."""
TAILS = ["", "", "科技", "技术", "实业", "发展", "科技发展", "制造", "工业", "智造", "科贸", "产业"]
"""General words, dropped and changed at will; 商贸 or 制品 would be another firm."""
TURNED = {
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
    branch: str = ""
    former: str = ""
    """Name before a change of name; the register knows it of three firms in five."""
    former_known: bool = False


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
        self.trades, self.tails = TRADES, TAILS
        self.towns = {
            city: [name for code, name in names.items() if code[:4] == city[:4] and code != city]
            for city in self.cities
        }
        self.weights = [1 / (rank + 8) for rank in range(len(CHARACTERS))]

    def firm(self, number: int) -> Invented:
        """A firm by itself. Three in four are of the home city."""
        dice = self.dice
        city = self.cities[0] if dice.random() < 0.75 else dice.choice(self.cities)
        group = dice.randrange(len(self.trades))
        trade = dice.choice(self.trades[group])
        firm = Invented(
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
        if dice.random() >= 0.03:
            return firm
        before = replace(
            firm,
            core=firm.core if dice.random() < 0.3 else self.core(),
            trade=dice.choice(self.trades[group]),
        )
        known = dice.random() < 0.6
        return replace(firm, former=self.written(before, firm.city_name), former_known=known)

    def relative(self, firm: Invented, number: int) -> Invented:
        """Another firm that shares the trade name: of another area, industry, or the group."""
        fresh = self.firm(number)
        kind = self.dice.random()
        if kind < 0.35:  # the same business in another city: one city registers a name once
            elsewhere = self.dice.choice([city for city in self.cities if city != firm.city])
            return replace(firm, number=number, code=self.code(elsewhere), group=fresh.group,
                           form=fresh.form, branch="", former="", former_known=False,
                           **self.place(elsewhere))  # fmt: skip
        if kind < 0.75:  # another business in the same city
            others = [group for group in range(len(self.trades)) if group != firm.trade_group]
            group = self.dice.choice(others)
            trade = self.dice.choice(self.trades[group])
            return replace(fresh, core=firm.core, **self.place(firm.city), trade=trade,
                           trade_group=group, industry_code=self.industry_code(group, trade),
                           code=self.code(firm.city))  # fmt: skip
        if kind < 0.85 and firm.form != "厂":  # the group above it, or a firm of the group
            return replace(firm, number=number, group=not firm.group, code=fresh.code,
                           former="", former_known=False)  # fmt: skip
        if kind < 0.95 and firm.form != "厂" and not firm.branch:  # a branch with its own code
            which = self.dice.choice(["第一分公司", "第二分公司", f"{firm.city_name}分公司"])
            return replace(firm, number=number, branch=which, code=fresh.code,
                           former="", former_known=False)  # fmt: skip
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
        """A trade name of two to four characters, common ones often; one in fifty is Latin."""
        size = self.dice.choices([2, 3, 4], [70, 20, 10])[0]
        if self.dice.random() < 0.02:
            return "".join(self.dice.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=size))
        return "".join(self.dice.choices(CHARACTERS, self.weights, k=size))

    def code(self, city: str) -> str:
        body = "".join(self.dice.choices(ALPHABET, k=6))
        organisation = "MA" + body
        first = f"91{city}{organisation}{organisation_check_character(organisation)}"
        return first + check_character(first)

    def registered(self, firm: Invented) -> dict[str, str | None]:
        """The row as the register has it; one in seven lacks the code."""
        area = self.dice.choices(
            [firm.city_name, firm.city_name + "市", firm.province_name, "", self.town(firm)],
            [66, 10, 12, 8, 4],
        )[0]
        return {
            "name": self.written(firm, area),
            "former_names": firm.former if firm.former_known else None,
            "credit_code": firm.code if self.dice.random() < 0.85 else None,
            "area_code": firm.area_code,
            "industry_code": firm.industry_code,
        }

    def written(self, firm: Invented, area: str) -> str:
        group = "集团" if firm.group and firm.form != "厂" else ""
        return f"{area}{firm.core}{firm.trade}{firm.tail}{group}{firm.form}{firm.branch}"

    def town(self, firm: Invented) -> str:
        """A county-level city of the firm's city, else the city."""
        towns = self.towns[firm.city]
        return towns[firm.number % len(towns)] if towns else firm.city_name

    def copy(self, firm: Invented, another: Invented) -> dict[str, str | None]:
        """The same firm as another office files it; the code may be that of ``another``."""
        dice = self.dice
        name = self.filed_name(firm)
        if firm.former and dice.random() < 0.4:
            name = firm.former
        elif dice.random() < 0.01:
            name = f"{self.written(replace(firm, core=self.core()), firm.city_name)}（原{name}）"
        elif dice.random() < 0.005:
            name += dice.choice(["（停业）", "（筹）", "（二期）"])
        return {
            "name": self.spelt(name),
            "former_names": None,
            "credit_code": self.filed_code(another.code if dice.random() < 0.007 else firm.code),
            "area_code": self.filed_area(firm),
            "industry_code": firm.industry_code if dice.random() < 0.7 else None,
        }

    def filed_name(self, firm: Invented) -> str:
        """Trade name, trade, form and area as somebody remembers them."""
        dice = self.dice
        seen = replace(firm, core=self.slip(firm.core) if dice.random() < 0.12 else firm.core)
        if dice.random() < 0.2:
            seen = replace(seen, tail=dice.choice(self.tails))
        if dice.random() < 0.06:
            seen = replace(seen, trade=dice.choice(self.trades[firm.trade_group]))
        if dice.random() < 0.2:
            seen = replace(seen, form=TURNED.get(seen.form, seen.form))
        elif dice.random() < 0.08 and not seen.branch:
            seen = replace(seen, form="" if dice.random() < 0.7 else "股份有限公司")
        short = dice.random()
        if short < 0.03:  # 简称: what people call it
            return f"{seen.core}{seen.trade}" + ("公司" if short < 0.01 else "") + seen.branch
        area = dice.choices(
            [firm.city_name, firm.city_name + "市", firm.province_name,
             firm.province_name + firm.city_name, "", self.town(firm)],
            [44, 15, 10, 8, 20, 3],
        )[0]  # fmt: skip
        name = self.written(seen, area)
        if area == firm.city_name and dice.random() < 0.2:
            name = f"{seen.core}（{area}）{name.removeprefix(area + seen.core)}"
        return name

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
            return core[1] + core[0] + core[2:]  # neighbours swapped
        if kind < 0.85 and len(core) > 2:
            return core[:at] + core[at + 1 :]
        return core[:at] + other + core[at:]

    def spelt(self, name: str) -> str:
        """Traditional characters, other widths, blanks, small letters."""
        kind = self.dice.random()
        if kind < 0.03:
            back = {chr(new): chr(old) for old, new in simplifying().items()}
            return "".join(back.get(char, char) for char in name)
        if kind < 0.06:
            return name.replace("（", "(").replace("）", ")")
        if kind < 0.09:
            return f"{name[:2]} {name[2:]} "
        if kind < 0.12:
            wide = {at: at + 0xFEE0 for at in range(0x21, 0x7F)}
            return name.translate(wide) if kind < 0.105 else name.lower()
        return name


def register(firms: int, copies: int, seed: int = 7) -> pl.DataFrame:
    """``firms`` firms and ``copies`` further rows that repeat some of them.

    Returns:
        ``id``, ``truth`` (number of the firm), ``name``, ``former_names``, ``credit_code``,
        ``area_code``, ``industry_code``; rows in random order.
    """
    maker = Maker(seed)
    made: list[Invented] = []
    taken: set[tuple[str, ...]] = set()
    while len(made) < firms:
        related = made and maker.dice.random() < 0.15
        number = len(made)
        firm = maker.relative(maker.dice.choice(made), number) if related else maker.firm(number)
        # One authority registers a trade name once in a trade (名称登记管理规定, article 17).
        name = (firm.city, firm.core, firm.trade, str(firm.group), firm.branch)
        if name not in taken:
            taken.add(name)
            made.append(firm)
    rows = [{"truth": firm.number, **maker.registered(firm)} for firm in made]
    chosen = maker.dice.choices(made, k=copies)
    rows += [
        {"truth": firm.number, **maker.copy(firm, another)}
        for firm, another in zip(chosen, [*chosen[1:], *chosen[:1]], strict=True)
    ]
    maker.dice.shuffle(rows)
    return pl.DataFrame(rows, infer_schema_length=None).with_row_index("id")
