"""What chains consist of, as the catalogue declares it: steps and what one gives to another."""

from __future__ import annotations

from functools import cached_property
from typing import Self

from pydantic import Field, model_validator

from liantu.declarations import Declared, Source


class SampleNode(Declared):
    """A step of a chain; its code is ``chain.id``, and products are filed under its name."""

    chain: str
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    kind: str
    stream: str
    box: str
    """Box of the plan that speaks of the field."""
    hs: tuple[str, ...]
    terms: tuple[str, ...]

    @property
    def code(self) -> str:
        """Code over all chains."""
        return f"{self.chain}.{self.id}"


class SampleLink(Declared):
    """What one step gives to another; both ends by their codes."""

    from_: str = Field(alias="from")
    to: str
    kind: str
    necessity: str


class ChainMap(Declared):
    """``chains.yaml``."""

    source: Source
    nodes: tuple[SampleNode, ...]
    links: tuple[SampleLink, ...]

    @cached_property
    def by_name(self) -> dict[tuple[str, str], SampleNode]:
        """(chain, name of the step) → the step."""
        return {(node.chain, node.name): node for node in self.nodes}

    def code_of(self, chain: str, name: str) -> str | None:
        """Code of the step that a product is filed under; none outside the city's chains."""
        return self.by_name[chain, name].code if chain else None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        codes = {node.code for node in self.nodes}
        if len(codes) < len(self.nodes) or len(self.by_name) < len(self.nodes):
            raise ValueError("two nodes of one chain share an id or a name")
        lost = {end for link in self.links for end in (link.from_, link.to)} - codes
        if lost:
            raise ValueError(f"links of nodes that are not declared: {', '.join(sorted(lost))}")
        return self
