"""Words that can stand where the name of a place does, and what else they can be."""

from __future__ import annotations

from functools import cache

from extract.lexicon import pattern
from extract.lexicon import words as listed

__all__ = ["is_legal_form", "is_noise", "is_ordinary", "is_tool", "legal_forms"]


def is_legal_form(code: str) -> bool:
    """Tell whether a code also ends the names of firms ("Norden AB", "Colruyt NV").

    >>> is_legal_form("SA"), is_legal_form("TX")
    (True, False)
    """
    return code.casefold().replace(".", "") in {form.replace(".", "") for form in legal_forms()}


@cache
def legal_forms() -> frozenset[str]:
    """Return the legal forms of firms, in small letters and with their points."""
    return frozenset(listed("labels", "legal_form"))


def is_noise(words: str) -> bool:
    """Tell whether the words stand in place statements without naming one ("remote", "Europe")."""
    said = words.strip()
    return any(pattern("places", table).fullmatch(said) for table in ("noise", "continents"))


def is_ordinary(words: str) -> bool:
    """Tell whether words that name a place are also ordinary words: "Reading", "Nord"."""
    return pattern("places", "ordinary").fullmatch(words) is not None


def is_tool(words: str) -> bool:
    """Tell whether words in this spelling are the name of a tool or method: "Excel"."""
    return not words.isupper() and words in _tools()


@cache
def _tools() -> frozenset[str]:
    return frozenset((*listed("skills_names", "names"), *listed("skills_names", "names_in_lists")))
