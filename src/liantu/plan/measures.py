"""Measures: what the plan orders to be done, as verb and object, by whom and where."""

from __future__ import annotations

import re
from functools import cache

from liantu.plan.industries import Tree
from liantu.plan.lexicon import alternatives, measure_words
from liantu.plan.outline import Outline
from liantu.plan.package import Clause, Measure
from liantu.plan.phrases import Phrase, clauses, sentences, split

_ADMINISTRATIVE = ("市级部门", "区（市）县", "省级")
_FIGURE_ONLY = re.compile(r"^[\d.]+")


@cache
def _order() -> re.Pattern[str]:
    words = measure_words()
    no_action = "|".join(words.no_action)
    return re.compile(
        rf"^(?!{no_action})(?:到20\d\d年底?)?(?:{_actors()}(?:要|应|负责)?)?(?:{alternatives(words.adverbs)}){{0,2}}"
        rf"(?P<verb>{alternatives(words.verbs)})(?P<object>[^\s].*)$"
    )


def _actors() -> str:
    """Levels of government, which may stand before the verb as who acts."""
    return "|".join(p for name in _ADMINISTRATIVE for p in measure_words().levels[name])


@cache
def _levels() -> list[tuple[str, re.Pattern[str]]]:
    return [(name, re.compile("|".join(p))) for name, p in measure_words().levels.items()]


@cache
def _places() -> list[re.Pattern[str]]:
    return [re.compile(pattern) for pattern in measure_words().places]


@cache
def _backward() -> re.Pattern[str]:
    return re.compile("|".join(measure_words().looks_back))


@cache
def _aims() -> re.Pattern[str]:
    return re.compile("|".join(measure_words().sets_aims))


def read_measures(outline: Outline, tree: Tree) -> list[Measure]:
    """One record for each clause of a sentence that begins with a verb of action."""
    found: list[Measure] = []
    counts: dict[str, int] = {}
    for clause in outline.clauses:
        if clause.kind in ("entry", "paragraph") or not gives_orders(outline, clause):
            continue
        for sentence in sentences(outline.clean.text, outline.own(clause)):
            node = tree.at(sentence.start)
            in_field = node is not None and node.level in ("field", "segment")
            for verb, target, piece in _orders(sentence):
                if in_field and verb not in measure_words().verbs_in_fields:
                    continue
                counts[clause.id] = counts.get(clause.id, 0) + 1
                start, end = outline.clean.to_source(piece.start, piece.end)
                found.append(Measure(
                    id=f"{clause.id}-m{counts[clause.id]}", clause=clause.clause, start=start,
                    end=end, verb=verb, object=target, level=_level(verb, piece.text),
                    where=_where(sentence, piece),
                ))  # fmt: skip
    return found


def looks_back(outline: Outline, clause: Clause) -> bool:
    """Is the clause, or one above it, about what has been achieved or what is around?"""
    return _titled(outline, clause, _backward())


def gives_orders(outline: Outline, clause: Clause) -> bool:
    """Background, principles and aims order nothing, nor does what stands below them."""
    if clause.kind == "preface":
        return False
    return not looks_back(outline, clause) and not _titled(outline, clause, _aims())


def _titled(outline: Outline, clause: Clause, pattern: re.Pattern[str]) -> bool:
    node: Clause | None = clause
    while node is not None:
        if pattern.search(node.title):
            return True
        node = outline.clause(node.parent) if node.parent else None
    return False


def _orders(sentence: Phrase) -> list[tuple[str, str, Phrase]]:
    orders: list[tuple[str, str, Phrase]] = []
    for clause in clauses(sentence):
        for piece in _coordinate(clause):
            match = _order().match(piece.text)
            target = _shortened(match.group("object")) if match else ""
            if match and len(target) >= 2 and not _FIGURE_ONLY.match(target):
                orders.append((match.group("verb"), target, piece))
    return orders


def _coordinate(clause: Phrase) -> list[Phrase]:
    """Parts of a clause joined by 、 each of which begins with its own verb and object."""
    parts = split(clause, "、")
    matches = [_order().match(part.text) for part in parts]
    if all(match and len(match.group("object")) >= 2 for match in matches):
        return parts
    return [clause]


def _shortened(target: str) -> str:
    """The object within the length a package may carry: its head noun, or the first of a list."""
    target = re.sub(r"^(?:、[^、，。]{2,4}?)*、(?=[^、]{2})", "", target)
    if target.count("“") != target.count("”"):
        target = target.strip("“”")
    limit = measure_words().longest_object
    if len(target) <= limit:
        return target
    head = target.rsplit("的", 1)[-1]
    if "的" in target and 3 <= len(head) <= limit and head.count("“") == head.count("”"):
        return head
    return _first_of_list(target, limit)


def _first_of_list(target: str, limit: int) -> str:
    first = split(Phrase(target, 0), "、")[0].text
    tail = target.split("等", 1)[1] if "等" in target else ""
    if tail and len(first) + 1 + len(tail) <= limit:
        return f"{first}等{tail}"
    cut = target.rfind("、", 4, limit - 1)
    kept = target[:cut] if cut >= 4 else ""
    if kept and kept.count("“") == kept.count("”"):
        return kept + "等"
    for mark in ("以及", "和", "与", "及"):
        cut = target.rfind(mark, 4, limit)
        if cut >= 4:
            return target[:cut] + "等"
    return target[: limit - 1] + "…"


def _level(verb: str, text: str) -> str:
    """Who acts, as named: administrative levels, or whom an agent verb addresses (鼓励大企业…)."""
    named = [(m.start(), name, m.group()) for name, p in _levels() if (m := p.search(text))]
    named.sort(key=lambda item: item[0])
    administrative = [said for _, name, said in named if name in _ADMINISTRATIVE]
    if administrative:
        return "、".join(administrative)
    if verb not in measure_words().agent_verbs or not named:
        return ""
    after = text.find(verb) + len(verb)
    at, _, said = named[0]
    return said if at - after <= 6 else ""


def _where(sentence: Phrase, piece: Phrase) -> str:
    before = sentence.text[: piece.end - sentence.start]
    for pattern in _places():
        matches = list(pattern.finditer(before))
        if matches and len(matches[-1].group("where")) <= measure_words().longest_object:
            return matches[-1].group("where")
    return ""
