"""Names of places in the form in which they are compared: without case, diacritics and points."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["TYPES", "fold", "untyped"]

TYPES = (
    "lan", "kraj", "hlavni mesto", "county of", "prefecture", "province of", "province",
    "comunidad de", "provincia de", "region of", "region", "state of", "state", "departement",
    "department",
)  # fmt: skip
"""What stands beside the name of a region and is no part of it, folded."""

_TYPES = re.compile(rf"\b(?:{'|'.join(TYPES)})\b")
_TYPE_WORDS = frozenset(words.split()[0] for words in TYPES)
_WORD = re.compile(r"\w+")


class _Folds(dict[int, int | str | None]):
    """What becomes of each character: marks on letters go, the others are looked up once."""

    def __missing__(self, code: int) -> int | None:
        self[code] = found = None if unicodedata.combining(chr(code)) else code
        return found


_SHADDA = 0x651
"""The Arabic mark that doubles a consonant, which is no accent: Amman has it, and Oman has not."""

_FOLDS = _Folds({**dict.fromkeys(map(ord, ".'’\u200b")), ord("-"): " ", _SHADDA: _SHADDA})
_PLAIN = str.maketrans({".": None, "'": None, "-": " "})
_SPELT = str.maketrans({"ß": "ss", "ø": "o"})


def fold(words: str) -> str:
    """Reduce a name to what is compared: no case, diacritics, points or doubled spaces.

    >>> fold("  Saint-Étienne ")
    'saint etienne'
    >>> fold("U.S.A.")
    'usa'
    """
    if words.isascii():
        if words.isalnum():
            return words.lower()
        return " ".join(words.lower().translate(_PLAIN).split())
    split = unicodedata.normalize("NFKD", words.casefold().translate(_SPELT))
    return " ".join(split.translate(_FOLDS).casefold().translate(_FOLDS).split())


def untyped(folded: str) -> str:
    """Return a folded name without the words for its type.

    >>> untyped("plzensky kraj"), untyped("state")
    ('plzensky', 'state')
    """
    if folded.isalnum() or _TYPE_WORDS.isdisjoint(_WORD.findall(folded)):
        return folded
    return " ".join(_TYPES.sub(" ", folded).split()) or folded
