"""The dialects in which words can be written, and what they mean.

The dialects in which a table can be written:

- `plain`: white space in a word is any white space. No letter, digit or low line may touch it.
- `loose`: a hyphen may be missing or a space, a space may be a hyphen or a low line, an apostrophe
  may be of any form or missing. Where stripped text runs words together ("HybridUS") a change of
  case is a border too.
- `phrase`: as plain, and a low line is a border.
- `inside`: as plain, without borders, and the entry that is given first wins.

In each, a word that begins with `~` is a regular expression; the case of letters does not count;
a word with Chinese, Japanese, Korean or Thai letters may touch its neighbours. At one place the
longest entry wins, and among those of one kind: in `loose` expressions come before words, since
they are the fuller wordings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from extract.lexicon.alternation import alternation
from extract.lexicon.files import UNSPACED
from extract.lexicon.folding import APOSTROPHES, JOINERS, lettered

__all__ = ["Dialect", "WordEntry", "border_after", "border_before", "entries", "source"]

Dialect = Literal["plain", "loose", "phrase", "inside"]

_HUMP = r"(?-i:(?<=[a-zß-ÿ])(?=[A-Z]))"
_BORDERS = {
    "plain": (r"(?<!\w)", r"(?!\w)"),
    "loose": (rf"(?:(?<![^\W_])|{_HUMP})", rf"(?:(?![^\W_])|{_HUMP})"),
    "phrase": ("", ""),
    "inside": ("", ""),
}
_SURE = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
_APOSTROPHE = f"[{APOSTROPHES}]"


@dataclass(slots=True, eq=False)
class WordEntry:
    """One word of a table. `exact` tells how a hit of its spelling is known to be the word."""

    word: str
    exact: Literal["always", "letters", "length", "never"]
    source: str
    unspaced: bool
    _compiled: re.Pattern[str] | None = None

    @property
    def expression(self) -> re.Pattern[str]:
        """The expression for the word with its borders."""
        if self._compiled is None:
            self._compiled = re.compile(self.source, re.IGNORECASE)
        return self._compiled

    def is_word(self, words: str, length: int) -> bool:
        """Tell whether the words of a hit, of a spelling of some length, are the entry's."""
        if self.exact == "always":
            return True
        if self.exact == "length":
            return len(words) == length
        return self.exact == "letters" and " ".join(lettered(words).split()) == self.word


def entries(words: Iterable[str], dialect: Dialect) -> list[WordEntry]:
    """Return the entries of words, the one that wins at a place first."""
    if dialect == "inside":
        return [_entry(word, dialect) for word in words]
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    listed = [_entry(word, dialect) for word in ordered]
    if dialect == "loose":
        listed.sort(key=lambda entry: (entry.unspaced, not entry.word.startswith("~")))
    else:
        listed.sort(key=lambda entry: not entry.unspaced)
    return listed


def _entry(word: str, dialect: Dialect) -> WordEntry:
    unspaced = dialect == "inside" or UNSPACED.search(word) is not None
    opening, closing = ("", "") if unspaced else _BORDERS[dialect]
    source = f"{opening}(?:{_body(word, dialect)}){closing}"
    # What begins with digits may begin with the last of them where no border is needed.
    exact = "never" if unspaced and word[:1].isdecimal() else _exactness(word, dialect)
    return WordEntry(word, exact, source, unspaced)


def source(listed: Sequence[WordEntry], dialect: Dialect, *, opened: bool = True) -> str:
    """Return the source of one expression for entries in their order.

    Unless `opened`, it asks for no border before them.
    """
    bodies = [_body(entry.word, dialect) for entry in listed if not entry.unspaced]
    opening, closing = _BORDERS[dialect] if opened else ("", _BORDERS[dialect][1])
    spaced = [f"{opening}(?:{alternation(bodies)}){closing}"] if bodies else []
    bodies = [_body(entry.word, dialect) for entry in listed if entry.unspaced]
    unspaced = [alternation(bodies)] if bodies else []
    return "|".join(spaced + unspaced if dialect == "loose" else unspaced + spaced) or r"(?!)"


def border_before(text: str, start: int, dialect: Dialect) -> bool:
    """Tell whether a word may begin at a place."""
    if start == 0:
        return True
    before = text[start - 1]
    if not before.isalnum():
        return dialect != "plain" or before != "_"
    return _parts(before, text[start : start + 1], dialect)


def border_after(text: str, end: int, dialect: Dialect) -> bool:
    """Tell whether a word may end at a place."""
    if end == len(text):
        return True
    after = text[end]
    if not after.isalnum():
        return dialect != "plain" or after != "_"
    return _parts(text[end - 1], after, dialect)


def _parts(before: str, after: str, dialect: Dialect) -> bool:
    """Tell whether a word may end between two characters, of which the outer is of a word too."""
    if dialect == "loose":
        return ("a" <= before <= "z" or "ß" <= before <= "ÿ") and "A" <= after <= "Z"
    return dialect == "phrase" and not (before.isalnum() and after.isalnum())


def _exactness(word: str, dialect: Dialect) -> Literal["always", "letters", "length", "never"]:
    """Tell how far a hit of a spelling is a match of the word."""
    if word.startswith("~") or not (word[:1].isalnum() and word[-1:].isalnum()):
        return "never"
    if dialect != "loose":
        if " " not in word and _SURE.fullmatch(word):
            return "always"
        return "letters" if lettered(word) == word else "never"
    if _SURE.fullmatch(re.sub(_APOSTROPHE, "", word)):
        return "always"
    if _SURE.fullmatch(re.sub(f"{_APOSTROPHE}|-", "", word)) and " " not in word:
        return "length"
    return "never"


def _body(word: str, dialect: Dialect) -> str:
    if word.startswith("~"):
        return word[1:]
    if dialect != "loose":
        return r"\s+".join(map(re.escape, word.split()))
    gap, hyphen = f"[{JOINERS}]+", f"[{JOINERS}]?"
    pieces = gap.join(hyphen.join(map(re.escape, part.split("-"))) for part in word.split())
    return re.sub("['’]", f"{_APOSTROPHE}?", pieces)
