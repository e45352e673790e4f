"""What one field of two postings says: they agree, they differ, or one of them does not say."""

from __future__ import annotations

from typing import Literal

__all__ = ["Relation"]

Relation = Literal["agree", "differ", "unsaid"]
