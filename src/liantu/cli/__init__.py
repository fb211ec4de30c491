"""The command line: parse, call, print. Nothing is computed here."""

from liantu.cli.main import main

__all__ = ["main"]
