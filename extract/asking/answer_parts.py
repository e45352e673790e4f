"""The words and the parts of one answer as the model wrote it, whatever its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extract.asking.forms import WORDS
from extract.kinds import Kind

__all__ = ["FormError", "as_object", "shortened", "words_and_parts"]

_LONGEST_QUOTE = 80
"""Characters of a model's words in a note."""


class FormError(ValueError):
    """An answer that does not have the form that was asked for."""


def as_object(answer: Any) -> Mapping[str, Any]:
    """Return an answer that must be an object. Raises FormError."""
    if not isinstance(answer, Mapping):
        raise FormError(f"{shortened(str(answer))!r} is not an object")
    return answer


def words_and_parts(kind: Kind, answer: Any) -> tuple[str, Mapping[str, Any] | None]:
    """Return the words of an answer and the parts of its value; None if it has words alone.

    Raises FormError if its words are not text.
    """
    alone = isinstance(answer, str)
    if not kind.parts:
        # Some models put the words in an object where plain text was asked.
        words = answer.get(WORDS, answer) if isinstance(answer, Mapping) else answer
    else:
        words = answer if alone else as_object(answer).get(WORDS)
    if words is None:
        return "", {}
    if not isinstance(words, str):
        quote = shortened(str(words))
        raise FormError(f"{WORDS} is {quote!r}" if kind.parts else f"{quote!r} is not text")
    text = " ".join(words.split())
    if kind.parts and alone:
        return text, None
    return text, {name: answer.get(name) for name in kind.parts}


def shortened(words: str, times: int = 1) -> str:
    """Return words for a note, cut off after 80 characters, or so many times as many."""
    most = times * _LONGEST_QUOTE
    return words if len(words) <= most else f"{words[:most]}…"
