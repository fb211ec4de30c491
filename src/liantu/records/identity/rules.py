"""Declared weights and thresholds of resolving firms (``catalog/rules/identity.yaml``)."""

from __future__ import annotations

from functools import cache

from liantu.declarations import CATALOG, Declared, Source, read_declared


class Thresholds(Declared):
    """Bits above which two rows are one firm, or go to review."""

    same: float
    review: float
    rival_margin: float


class BlockRules(Declared):
    """How far rows sharing a key are compared."""

    largest_core: int
    largest: int


class LearningRules(Declared):
    """When the end of many trade names is taken for a word of trade."""

    least: int
    share: float
    befores: int
    begins: float
    extends: float


class CoreBits(Declared):
    """Bits for what two cores look like, beside the rarity of the core."""

    typo: float
    typo_short: float
    contained: float
    differs: float
    plain: float


class NameBits(Declared):
    """Bits for the whole names."""

    same: float


class IndustryBits(Declared):
    """Bits for the words of the industry."""

    same: float
    related: float
    unsaid: float
    differs: float


class TradeBits(Declared):
    """Bits for all that stands between core and form, its general words too."""

    same: float
    differs: float


class NameAreaBits(Declared):
    """Bits for areas named in both names, beside the rarity of a shared one."""

    nested: float
    within: float
    unsaid: float
    differs: float


class AreaBits(Declared):
    """Bits for the area columns, beside the rarity of a shared district."""

    least: float
    most: float
    same_city: float
    differs: float


class IndustryCodeBits(Declared):
    """Bits for the industry codes."""

    same: float
    division: float
    differs: float


class FormBits(Declared):
    """Bits for the forms of organisation."""

    same: float
    converted: float
    differs: float


class GroupBits(Declared):
    """Bits for being a group."""

    differs: float


class CodeBits(Declared):
    """Bits for the credit codes."""

    same: float
    slip: float
    broken: float
    differs: float


class IdentityRules(Declared):
    """``catalog/rules/identity.yaml``. All weights in bits."""

    source: Source
    thresholds: Thresholds
    blocks: BlockRules
    learning: LearningRules
    core: CoreBits
    name: NameBits
    industry: IndustryBits
    trade: TradeBits
    name_area: NameAreaBits
    area: AreaBits
    industry_code: IndustryCodeBits
    form: FormBits
    group: GroupBits
    code: CodeBits


@cache
def identity_rules() -> IdentityRules:
    """Weights, thresholds and sizes of blocks."""
    return read_declared(IdentityRules, CATALOG / "rules" / "identity.yaml")
