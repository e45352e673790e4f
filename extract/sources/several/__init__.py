"""Split a page of several postings into a document for each."""

from extract.sources.several.parts import postings, split

__all__ = ["postings", "split"]
