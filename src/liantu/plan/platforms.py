"""Platforms the plan names: laboratories, centres, bases, data centres."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from liantu.plan.industries import Tree
from liantu.plan.lexicon import alternatives, platform_words
from liantu.plan.measures import looks_back
from liantu.plan.outline import Outline
from liantu.plan.package import Platform
from liantu.plan.phrases import Phrase, clauses, sentences, split, without_heads

State = Literal["existing", "to_build", "unsaid"]

_LONGEST = 34
_SHORTEST = 6
_NOT_NAME = re.compile(
    r"[《》。；，等]|^一批|^(?:实现|新增|达到|累计)|^[—-]|^(?:的|以|在|和|与|为|等)|为核心|为支撑|\d+(?:个|家|户)"
)


@cache
def _ends() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives(platform_words().kinds)})(?:（[^）]{{1,8}}）)?$")


@cache
def _within() -> re.Pattern[str]:
    """The end of a name inside a longer item: X中心建设, X平台等."""
    return re.compile(
        rf"^(?P<name>.*?(?:{alternatives(platform_words().kinds)})(?:（[^）]{{1,8}}）)?)"
        rf"(?:{alternatives(platform_words().built_after)}|等.*|和.*|项目.*)?$"
    )


@cache
def _verbs() -> re.Pattern[str]:
    words = platform_words()
    return re.compile(rf"(?P<verb>{alternatives((*words.to_build, *words.existing))})")


def read_platforms(outline: Outline, tree: Tree) -> list[Platform]:
    """Each platform where it is named first; later mentions may settle its state."""
    clean = outline.clean
    found: dict[str, Platform] = {}
    for sentence in sentences(clean.text, [(0, len(clean.text))]):
        state: State = "unsaid"
        for clause in clauses(sentence):
            state = _state(clause.text, state)
            for name in _names(clause):
                known = found.get(name.text)
                if known is None:
                    holder = outline.numbered_at(name.start)
                    if holder is None:
                        continue
                    start, end = clean.to_source(name.start, name.end)
                    found[name.text] = Platform(
                        id=f"{holder.id}-f{_count(found, holder.id) + 1}", clause=holder.clause,
                        start=start, end=end, name=name.text, kind=_kind(name.text),
                        industry=_industry(outline, tree, name), state=_past(outline, name, state),
                    )  # fmt: skip
                elif known.state == "unsaid" and state != "unsaid":
                    found[name.text] = known.model_copy(update={"state": state})
    return list(found.values())


def _count(found: dict[str, Platform], clause_id: str) -> int:
    return sum(1 for platform in found.values() if platform.id.startswith(f"{clause_id}-f"))


def _state(clause: str, running: State) -> State:
    """State that the verb at the head of a clause gives to the names after it."""
    match = _verbs().search(clause[:12])
    if not match:
        return running
    return "existing" if match.group("verb") in platform_words().existing else "to_build"


def _past(outline: Outline, name: Phrase, state: State) -> State:
    """In chapters on what has been achieved, what is named stands already."""
    clause = outline.at(name.start)
    return "existing" if clause is not None and looks_back(outline, clause) else state


def _names(clause: Phrase) -> list[Phrase]:
    names: list[Phrase] = []
    for item in _items(clause):
        match = _within().match(item.text)
        if match is None:
            continue
        name = _without_verb(item.cut(0, match.end("name")))
        if _is_name(name.text):
            names.append(name)
    return names


def _items(clause: Phrase) -> list[Phrase]:
    """Items of a list; 和 and 及 part two names only where a platform's name ends before them."""
    items: list[Phrase] = []
    for item in split(clause, "、"):
        for match in re.finditer("以及|和|及", item.text):
            if _ends().search(item.text[: match.start()]):
                items.append(item.cut(0, match.start()))
                item = item.cut(match.end())
                break
        items.append(item)
    return items


def _without_verb(item: Phrase) -> Phrase:
    """The name after the last verb of building in the item."""
    words = platform_words()
    item = without_heads(item, (*words.to_build, *words.existing))
    for match in reversed(list(_verbs().finditer(item.text))):
        tail = item.text[match.end() :]
        if len(tail) >= _SHORTEST and _ends().search(tail):
            return item.cut(match.end())
    return item


def _is_name(text: str) -> bool:
    words = platform_words()
    if not _SHORTEST <= len(text) <= _LONGEST or text in words.unnamed_wholes:
        return False
    if text.count("“") != text.count("”") or _NOT_NAME.search(text):
        return False
    end = _ends().search(text)
    own = text[: end.start()] if end else ""
    stripped = re.sub(rf"^(?:{alternatives(words.unnamed)})+", "", own)
    least = 4 if _kind(text) in ("platform", "base", "institute", "laboratory") else 2
    return len(own) >= least and bool(stripped) and (stripped == own or len(stripped) >= 5)


def _kind(name: str) -> str:
    kinds = platform_words().kinds
    end = max((e for e in kinds if re.sub(r"（[^）]*）$", "", name).endswith(e)), key=len)
    return kinds[end]


def _industry(outline: Outline, tree: Tree, name: Phrase) -> str:
    """Industry by the tree's span, or by a paragraph heading that holds its name."""
    node = tree.at(name.start)
    if node is not None and node.level != "group":
        return node.id
    clause = outline.at(name.start)
    if clause is None:
        return ""
    named = [n for n in tree.nodes if n.level in ("industry", "field") and n.name in clause.title]
    return named[0].id if named else ""
