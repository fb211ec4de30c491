"""What every paper is written from, and the two parts that each writes in its own way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from liantu.systems.dispatch.edition import Change, EditionRef, FindingLine
from liantu.systems.dispatch.evidence import Occasion
from liantu.systems.dispatch.paper import Annex, Block
from liantu.systems.dispatch.pen import Pen


class Writer(ABC):
    """Writes a paper from a snapshot and the differences to the edition before."""

    def __init__(
        self,
        pen: Pen,
        occasion: Occasion,
        changes: Sequence[Change],
        previous: EditionRef | None,
    ) -> None:
        self.pen = pen
        self.occasion = occasion
        self.changes = changes
        self.previous = previous
        self.lines = pen.snapshot.targets

    @abstractmethod
    def body(self) -> tuple[Block, ...]:
        """The text, without annexes."""

    @abstractmethod
    def annexes(self) -> tuple[Annex, ...]:
        """What stands behind the text."""

    def _grave(self) -> list[FindingLine]:
        """Contradictions of the plan that change how a target is judged."""
        return [line for line in self.pen.snapshot.findings if line.finding.severity == "high"]
