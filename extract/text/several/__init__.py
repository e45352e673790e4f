"""Pages that hold several postings: which stretches are the postings, and a document for each."""

from extract.text.several.parts import postings, split

__all__ = ["postings", "split"]
