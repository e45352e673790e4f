"""Pages that hold several postings: which stretches are the postings, and a document for each."""

from extract.text.several.parts import SHARED, postings, split

__all__ = ["SHARED", "postings", "split"]
