"""Chance that is the same every time: one stream of random numbers for each subject.

A subject draws from a stream of its own, so that a change in one leaves the others as they were.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def dice(seed: int, subject: str) -> np.random.Generator:
    """The stream of a subject."""
    return np.random.default_rng([seed, zlib.crc32(subject.encode())])


def choose(
    generator: np.random.Generator, weights: Sequence[float] | NDArray[np.float64], count: int
) -> NDArray[np.int64]:
    """``count`` positions drawn in proportion to ``weights``."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.asarray(np.searchsorted(edges, generator.random(count) * edges[-1], side="right"))


def choose_within(
    generator: np.random.Generator,
    groups: NDArray[np.int64],
    weights: Sequence[NDArray[np.float64]],
) -> NDArray[np.int64]:
    """For each row, a position drawn by the weights of its group.

    Args:
        groups: (row,) which of ``weights`` a row draws by.
    """
    result = np.zeros(len(groups), dtype=np.int64)
    for group, own in enumerate(weights):
        rows = np.flatnonzero(groups == group)
        if rows.size:
            result[rows] = choose(generator, own, rows.size)
    return result


def sample_by_weight(
    generator: np.random.Generator, weights: NDArray[np.float64], count: int
) -> NDArray[np.int64]:
    """``count`` different positions, heavier ones rather (Efraimidis–Spirakis keys)."""
    keys = np.log(generator.random(weights.size)) / np.maximum(weights, 1e-300)
    return np.asarray(np.argsort(-keys, kind="stable")[:count])
