"""The Word file of a paper, laid out by GB/T 9704-2012."""

from liantu.documents.word.document import word

__all__ = ["word"]
