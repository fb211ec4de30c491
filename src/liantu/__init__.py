"""Liantu 链图: a regional manufacturing plan, compiled from its text and run."""

__version__ = "0.1.0"
