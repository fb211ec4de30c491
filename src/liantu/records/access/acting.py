"""Who acts now. Nobody does until somebody is named: then every reading and writing is refused.

The actor is kept in the context of the running code (``contextvars``): a request, a command or a
background job names it once, and every door of the records asks here. A new thread begins with
nobody; carry the context over or name the actor again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import TypeVar

from liantu.errors import SignInNeeded
from liantu.records.access.actor import Actor

T = TypeVar("T")

_actor: ContextVar[Actor | None] = ContextVar("liantu_actor", default=None)
_whole: ContextVar[str] = ContextVar("liantu_whole", default="")
_END = object()


@contextmanager
def acting(actor: Actor | None) -> Iterator[Actor | None]:
    """Everything inside is done by ``actor``; by nobody where it is None.

    Not to be held open across a ``yield`` of a generator: its reader would act too.
    """
    actor_before, whole_before = _actor.set(actor), _whole.set("")
    try:
        yield actor
    finally:
        _whole.reset(whole_before)
        _actor.reset(actor_before)


def act_as(actor: Actor) -> None:
    """From now on this thread acts as ``actor``: for programs that somebody runs in the shell.

    Never in a server, whose threads serve one person after another.
    """
    _actor.set(actor)


def current() -> Actor:
    """Who acts.

    Raises:
        SignInNeeded: nobody does.
    """
    actor = _actor.get()
    if actor is None:
        raise SignInNeeded(
            "尚未登录，不能查阅或改动任何记录。请先登录。",
            "Nobody is signed in; nothing can be read or changed. Sign in first.",
        )
    return actor


def somebody() -> Actor | None:
    """Who acts; None where nobody does. For whoever shows it, never to decide what is allowed."""
    return _actor.get()


@contextmanager
def whole(why: str) -> Iterator[None]:
    """Inside, the system itself reads all rows, whoever acts: to keep references whole.

    For what the records need of themselves (is this code known at all, what is the latest
    moment), never for an answer shown to somebody. Every use stands in the list of a test.
    Somebody must be acting all the same.

    Args:
        why: what the reading is for, one word or two.
    """
    current()
    before = _whole.set(why)
    try:
        yield
    finally:
        _whole.reset(before)


def is_whole() -> bool:
    """Does the system itself read now?"""
    return bool(_whole.get())


def carried(pieces: Iterable[T]) -> Iterator[T]:
    """The same pieces, each made in the context of this call: for bodies that are sent later."""
    context = copy_context()
    iterator = iter(pieces)

    def following() -> Iterator[T]:
        try:
            while True:
                piece = context.run(next, iterator, _END)
                if piece is _END:
                    return
                yield piece  # type: ignore[misc]
        finally:
            close = getattr(iterator, "close", None)
            if close is not None:
                context.run(close)

    return following()
