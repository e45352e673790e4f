"""Pages that hold several postings: which stretches are the postings, and a document for each."""

from extract.sources.several.parts import postings, split

__all__ = ["postings", "split"]
