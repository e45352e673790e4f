"""Numbers as people write them: any grouping and decimal mark, multipliers, and words.

Pure functions on short strings. Which of several numbers in a text matters is decided elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from text_to_num import text2num  # type: ignore[import-untyped]

from extract.lexicon import load, pattern
from extract.lexicon.files import UNSPACED

__all__ = ["DIGITS", "MULTIPLIER", "Quantity", "multiplier", "parse_number", "quantity", "spelled"]

# Markdown escapes a full stop; scraped text keeps one backslash or two.
# U+066B and U+066C: the decimal and the thousands separator of Arabic (CLDR).
_POINT = r"\\{0,2}[.,．，\u066b]"
_GAP = r"[ \u00a0\u2007\u2009\u202f'’ʼ´·\u066c]"
DIGITS = (
    rf"(?:\d{{1,3}}(?:(?:{_POINT}|{_GAP})\d{{3}}(?!\d))+(?:{_POINT}\d{{1,2}}(?!\d))?"
    rf"|\d{{1,2}}(?:,\d{{2}})+,\d{{3}}(?!\d)"
    rf"|\d+(?:{_POINT}\d{{1,2}}(?!\d))?)"
)
"""Source of an expression for one number in digits, in any grouping."""

_LONGEST = 20
"""No amount or duration has more characters; longer runs of digits are keys and noise."""


def _multiplier_source() -> str:
    listed = sorted(load("numerals")["multipliers"], key=lambda word: (-len(word), word))
    latin = "|".join(re.escape(word) for word in listed if word not in "tl" and word[0] < "\u3000")
    unspaced = "|".join(re.escape(word) for word in listed if word[0] >= "\u3000")
    # "t" is a thousand only in "50 T€", "l" a lakh only in "12 LPA": alone they are ton and litre.
    return rf"(?:{unspaced}|[Tt](?=\s?€)|[Ll](?=PA\b|pa\b)|(?i:{latin})(?![^\W_]))"


MULTIPLIER = _multiplier_source()
"""Source of an expression for one multiplier: K, tis, 万, lakh …"""


def parse_number(text: str) -> float | None:
    """Return the number that `text` writes in digits, or None.

    The last of two different marks is the decimal one; a single mark is a decimal one unless it
    cuts off groups of three digits.

    >>> [parse_number(text) for text in ("2 500,00", "17.000", "1,200.50", "120'000", "3.5")]
    [2500.0, 17000.0, 1200.5, 120000.0, 3.5]
    >>> parse_number("٩٠٬٠٠٠٫٥")
    90000.5
    """
    if len(text) > _LONGEST:
        return None
    if text.isascii() and text.isdecimal():
        return float(text)
    plain = unicodedata.normalize("NFKC", text).replace("\\", "").strip()
    plain = re.sub(r"[ '’ʼ´·\u0301\u066c]", "", plain).replace("\u066b", ".")
    if not re.fullmatch(r"\d+(?:[.,]\d+)*", plain):
        return None
    marks = re.findall(r"[.,]", plain)
    if marks and _ends_in_decimals(plain, marks):
        whole, _, part = plain.rpartition(marks[-1])
        return float(f"{re.sub(r'[.,]', '', whole)}.{part}")
    return float(re.sub(r"[.,]", "", plain))


def _ends_in_decimals(plain: str, marks: list[str]) -> bool:
    if len(set(marks)) > 1:
        return True
    groups = re.split(r"[.,]", plain)
    return len(marks) == 1 and (len(groups[-1]) != 3 or groups[0] == "0" or len(groups[0]) > 3)  # noqa: PLR2004 - groups of three


def multiplier(word: str) -> float | None:
    """Return what `word` multiplies a number by, or None.

    >>> multiplier("K"), multiplier("万"), multiplier("apples")
    (1000.0, 10000.0, None)
    """
    found = load("numerals")["multipliers"].get(word.strip().rstrip(".").lower())
    return None if found is None else float(found)


def spelled(text: str, language: str) -> float | None:
    """Return the number that `text` spells in `language` (ISO 639-1), or None.

    >>> spelled("Two and one-half", "en"), spelled("zwei", "de"), spelled("två", "sv")
    (2.5, 2.0, 2.0)
    >>> spelled("once", "en") is None
    True
    """
    vocabulary = load("numerals")
    words = re.sub(r"\s+", " ", text.strip().lower())
    extra = 0.0
    for half in vocabulary["halves"].get(language, ()):
        if words.endswith(half) and words != half:
            words, extra = words.removesuffix(half).rstrip(), 0.5
            break
    listed = vocabulary["words"].get(language, {}).get(words)
    if listed is not None:
        return float(listed) + extra
    if language not in vocabulary["languages"]["text2num"] or not words:
        return None
    try:
        return float(text2num(words, language)) + extra
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a range that ends at `end`; `more` when it is open above ("5+")."""

    start: int
    end: int
    low: float
    high: float
    more: bool


DASH = r"(?:\\{0,2}[-‐‑–—−~～〜]{1,2})"
"""Source of an expression for the dashes between the two ends of a range."""

JOINED = rf"{pattern('numerals', 'and').pattern}|{pattern('numerals', 'or').pattern}"
"""Source of an expression for the words between the items of a list, or between alternatives."""

_SEPARATOR = re.compile(
    rf"\s*(?:{DASH}|/|{pattern('numerals', 'range').pattern})\s*$", re.IGNORECASE
)
_AND = re.compile(rf"\s*(?:{pattern('numerals', 'and').pattern})\s*$", re.IGNORECASE)
_BETWEEN = re.compile(rf"(?:{pattern('numerals', 'between').pattern})\s*$", re.IGNORECASE)
_OPEN = re.compile(
    rf"\s*(?:\\{{0,2}}[+＋]|{pattern('numerals', 'more').pattern})\s*$", re.IGNORECASE
)
_PARENTHESIS = re.compile(rf"\s*[(\[]\s*({DIGITS})\s*\\{{0,2}}[+]?\s*[)\]]\s*$")
# The end of a Russian or Ukrainian numeral behind its figure: "2-х лет", "5-ти лет", "3-ьох років".
_ENDING = r"(?:-?(?:[её]х|ух|ох|ьох|[мтд]и|ти|х|и))?"
# Scraped words run together: a figure may touch the letters of the word before it. "2/5 ans" is a
# range, "1/2 year" and "24/7" are none.
_FIGURE = re.compile(
    rf"(?:(?<![\d.,/\w])(?<!\d:)|(?<=[a-zA-Z]{{3}})|(?<=[^\d/.,][2-9]/))({DIGITS}){_ENDING}\s*(½)?$"
)
_GLOSS = re.compile(r"(?<=\d)\s*[(\[]\s*[^\W\d_]+\s*[)\]]\s*$")
_FIGURE_UNSPACED = re.compile(r"(?<![\d.,:/])(\d{1,3})\s*$")
_WORDS = re.compile(r"(?<![^\W_])(?:[^\W\d_]+[-\s]+){0,3}[^\W\d_]+$")
_KANJI = re.compile(r"[〇一二两兩三四五六七八九十]{1,3}$")
_WINDOW = 70


def quantity(text: str, end: int, language: str) -> Quantity | None:
    """Return the number or range written in `text` just before `end`, in figures or words.

    >>> found = quantity("at least two (2) to five years", 24, "en")
    >>> found.low, found.high, found.more
    (2.0, 5.0, False)
    """
    floor = max(0, end - _WINDOW)
    window = text[floor:end].rstrip(" \t\u00a0-\n\r'’")
    opened = _OPEN.search(window)
    if opened:
        window = window[: opened.start()]
    finish = floor + len(window)
    upper = _last_number(window, language)
    if upper is None:
        return None
    value, start, more = upper
    low = value
    between = _SEPARATOR.search(window[:start]) or _AND.search(window[:start])
    if between:
        lower = _last_number(window[: between.start()], language)
        if lower and lower[0] < value and _joins(window, between, lower[1], language):
            low, start = lower[0], lower[1]
    return Quantity(floor + start, finish, low, value, bool(opened) or more)


def _joins(window: str, separator: re.Match[str], start: int, language: str) -> bool:
    # What joins a range in one language is "and" in another: Spanish and Czech "a".
    if separator.group().strip().lower() in load("numerals")["range"].get(language, ()):
        return True
    return not _AND.match(separator.group()) or bool(_BETWEEN.search(window[:start]))


def _last_number(window: str, language: str) -> tuple[float, int, bool] | None:
    """Return the value, the start and whether a plus follows, of the number that ends `window`."""
    bracketed = _PARENTHESIS.search(window)
    if bracketed:
        value = parse_number(bracketed.group(1))
        if value is None:
            return None
        before = window[: bracketed.start()]
        named = _in_words(before, language)
        start = named[1] if named and named[0] == value else bracketed.start()
        return value, start, "+" in bracketed.group()
    plus = _OPEN.search(window)
    if plus:
        window = window[: plus.start()]
    window = _GLOSS.sub("", window.rstrip())
    figure = _FIGURE.search(window) or (
        _FIGURE_UNSPACED.search(window) if _unspaced_before(window) else None
    )
    if figure:
        value = parse_number(figure.group(1))
        if value is None:
            return None
        half = 0.5 if figure.lastindex == 2 else 0.0  # noqa: PLR2004 - the group of ½
        return value + half, figure.start(1), bool(plus)
    named = _in_words(window, language)
    return None if named is None else (*named, bool(plus))


def _unspaced_before(window: str) -> bool:
    found = re.search(r"(.)\d{1,3}\s*$", window)
    return bool(found and UNSPACED.match(found.group(1)))


def _in_words(window: str, language: str) -> tuple[float, int] | None:
    window = window.rstrip()
    kanji = _KANJI.search(window)
    if kanji:
        value = spelled(kanji.group(), "ja")
        return None if value is None else (value, kanji.start())
    found = _WORDS.search(window)
    if not found:
        return None
    starts = [
        found.start(),
        *(
            found.start() + m.end()
            for m in re.finditer(r"[-\s]+|(?<=[a-z])(?=[A-Z])", found.group())
        ),
    ]
    for start in starts:
        value = spelled(window[start:], language)
        if value is not None:
            return value, start
    return None
