"""Which currency an amount is in: the marker beside it, and for shared signs the places named.

Codes are ISO 4217. A sign that several currencies share ("$", "kr", "¥") is settled only where the
text names places of exactly one of them; the size of the amount is never a reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache, lru_cache
from importlib import import_module
from types import ModuleType

from extract.lexicon import load

__all__ = ["Currencies", "after", "before", "implied", "named", "noted", "settled"]

Currencies = tuple[str, ...]
"""The ISO 4217 codes that a marker can stand for, likeliest first."""

_LETTERS = re.compile(r"[^\W\d_]+(?:[ \u00a0][^\W\d_]+)?")
# "30.000,- Kč": the dash stands for no cents, as nothing does in "150,000.Tsh".
_PAD = re.compile(r"(?:,[-–—]{1,2}|\.(?=[^\W\d_]))?[\s\u200b-\u200d\ufeff*_]{0,3}")


_WORD_BEFORE = re.compile(r"(?<![^\W_])[^\W\d_]{1,8}\.?\Z")
_CODE_BEFORE = re.compile(r"(?<![^\W_])([A-Z]{3})[ \u00a0]?$")


@cache
def _iso() -> ModuleType:
    # Importing pycountry takes long: not before it is needed.
    return import_module("pycountry")


@cache
def _codes() -> frozenset[str]:
    return frozenset(currency.alpha_3 for currency in _iso().currencies)


@cache
def _names() -> dict[str, Currencies]:
    return {name.lower(): _listed(code) for name, code in load("currencies")["names"].items()}


def _listed(codes: str | list[str]) -> Currencies:
    return (codes,) if isinstance(codes, str) else tuple(codes)


@cache
def _signs() -> dict[str, Currencies]:
    return {sign: _listed(code) for sign, code in load("currencies")["signs"].items()}


@cache
def _sign_source() -> str:
    listed = sorted(_signs(), key=lambda sign: (-len(sign), sign))
    return "|".join(re.escape(sign) for sign in listed)


@cache
def _sign_after() -> re.Pattern[str]:
    # A sign of letters ("Fr") must not be the start of a longer word; "円" may touch one.
    return re.compile(rf"(?P<sign>{_sign_source()})(?:(?<=[^A-Za-zčČłŁ])|(?![^\W\d_]))")


@cache
def _sign_beginnings() -> frozenset[str]:
    return frozenset(sign[0] for sign in _signs())


@cache
def _sign_ends() -> frozenset[str]:
    return frozenset({".", *(sign[-1] for sign in _signs())})


@cache
def _sign_before() -> re.Pattern[str]:
    # A sign of letters ("Fr") must not be the end of a longer word; "$" may touch one.
    return re.compile(rf"(?:(?<![^\W\d_])|(?=[^A-Za-z]))(?P<sign>{_sign_source()})\.?\Z")


def named(words: str) -> Currencies | None:
    """Return the currencies that a whole marker stands for: a code, a sign or a name.

    >>> named("CHF"), named("Kč"), named("euros"), named("boxes")
    (('CHF',), ('CZK',), ('EUR',), None)
    """
    if words in _codes():
        return (words,)
    return _signs().get(words) or _names().get(words.lower())


def implied(word: str) -> Currencies:
    """Return the currency that a multiplier implies, if any: who says "triệu" speaks of dong.

    >>> implied("triệu"), implied("K")
    (('VND',), ())
    """
    code = load("currencies")["multipliers"].get(word.lower())
    return () if code is None else (code,)


def before(text: str, start: int) -> tuple[Currencies, int] | None:
    """Return the currencies marked just before `start`, and where the marker begins.

    >>> before("pay: CHF 90'000", 9)
    (('CHF',), 5)
    """
    window = text[max(0, start - 18) : start]
    plain = window.rstrip(" \t\u00a0\u202f\u200b\u200c\u200d*_\\:")
    offset = start - len(window)
    last = plain[-1:]
    if last in _sign_ends() and (not last.isalnum() or last > "\u00ff"):
        found = _sign_before().search(plain)
        if found:
            return _with_code(text, offset + found.start(), _signs()[found["sign"]])
    if len(window) - len(plain) > 2 or not (last.isalpha() or last == "."):  # noqa: PLR2004 - a marker stands close by
        return None
    letters = _WORD_BEFORE.search(plain)
    if not letters:
        return None
    word = letters.group().rstrip(".")
    found_codes = named(word) if word != word.lower() or word in _signs() else None
    return None if found_codes is None else (found_codes, offset + letters.start())


def _with_code(text: str, start: int, codes: Currencies) -> tuple[Currencies, int]:
    """Let a code before a sign decide: "USD $50"."""
    code = _CODE_BEFORE.search(text, max(0, start - 5), start)
    if code and code[1] in codes:
        return (code[1],), start - len(code.group())
    return codes, start


def after(text: str, end: int) -> tuple[Currencies, int] | None:
    """Return the currencies marked just after `end`, and where the marker stops.

    >>> after("35 000 kr/månad", 6)[1]
    9
    """
    pad = _PAD.match(text, end)
    begin = pad.end() if pad else end
    if "\n" in text[end:begin]:
        return None
    letters = _LETTERS.match(text, begin)
    if letters:
        for words in dict.fromkeys((letters.group(), letters.group().split()[0])):
            found = named(words.replace("\u00a0", " "))
            if found:
                stop = begin + len(words)
                # "75000 руб. в месяц": the point of an abbreviation ends no sentence.
                return found, stop + (words.islower() and _goes_on(text, stop))
    if text[begin : begin + 1] not in _sign_beginnings():
        return None
    sign = _sign_after().match(text, begin)
    return None if sign is None else (_signs()[sign["sign"]], sign.end())


def _goes_on(text: str, at: int) -> bool:
    """Tell whether a point there is followed by more of its sentence."""
    return text[at : at + 1] == "." and (
        text[at + 1 : at + 2] == "/" or text[at + 2 : at + 3].islower()
    )


_CODE = re.compile(r"(?P<open>\()?(?<![^\W_])(?P<code>[A-Z]{3})(?![^\W_])(?P<close>\))?")
_NEAR = 60


def noted(text: str, start: int, end: int) -> str | None:
    """Return the one currency whose code stands on the line of an amount, apart from it.

    >>> noted("Salary (EUR): 50k", 14, 17), noted("CAD skills, 50k", 12, 15)
    ('EUR', None)
    """
    line = text.rfind("\n", max(0, start - _NEAR), start) + 1 or max(0, start - _NEAR)
    stop = text.find("\n", end, end + _NEAR)
    doubtful = load("currencies")["doubtful"]["codes"]
    codes = {
        found["code"]
        for found in _CODE.finditer(text, line, stop if stop >= 0 else end + _NEAR)
        if found["code"] in _codes()
        and ((found["open"] and found["close"]) or found["code"] not in doubtful)
    }
    return codes.pop() if len(codes) == 1 else None


# The codes of these subdivisions are also words, or codes of another country's.
_SHARED = frozenset({"AU-ACT", "AU-SA", "AU-NT", "AU-WA", "CA-NT", "CA-SK"})
_SHARED_NAMES = frozenset({"Victoria"})
_LINE = 120
_HEAD = 400
_READ = 200_000
"""Characters of a text in which places are looked for: a posting names its own early."""


@cache
def _places() -> dict[str, re.Pattern[str]]:
    listed = {code: list(words) for code, words in load("currencies")["places"].items()}
    for country, currency in (("US", "USD"), ("CA", "CAD"), ("AU", "AUD")):
        divisions = [one for one in _iso().subdivisions if one.country_code == country]
        names = {division.name for division in divisions} - _SHARED_NAMES
        codes = {division.code for division in divisions} - _SHARED
        # One boundary for all: `re` passes over a name at once only if its own letter is first.
        listed[currency].append(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\b")
        short = "|".join(sorted(code.partition("-")[2] for code in codes))
        listed[currency].append(rf"\b[A-Z][a-z.'-]{{1,30}},\s?(?:{short})\b(?!\s+[a-z])")
    return {code: re.compile("|".join(words)) for code, words in listed.items()}


def settled(codes: Currencies, text: str, start: int = 0, work: Collection[str] = ()) -> str | None:
    """Return the one currency of `codes` whose places the text names, or None.

    The line of the amount, which begins at `start`, counts first, then the currencies `work` of
    the places of work, then the head of the text and then the rest: companies name the countries
    of their other offices too.

    >>> settled(("USD", "CAD"), "Nurse, Toronto, ON"), settled(("USD", "CAD"), "Nurse")
    ('CAD', None)
    """
    if len(codes) <= 1:
        return codes[0] if codes else None
    line = text.rfind("\n", max(0, start - _LINE), start) + 1 or max(0, start - _LINE)
    stop = text.find("\n", start, start + _LINE)
    stated = _stated(codes, text, line, stop if stop >= 0 else start + _LINE)
    local = tuple(code for code in codes if code in work)
    for said in (stated, local):
        if len(said) == 1:
            return said[0]
    for end in (_HEAD, _READ):
        stated = _stated(codes, text, 0, end)
        if len(stated) == 1:
            return stated[0]
    return None


# The amounts of one text share its head and the rest.
@lru_cache(maxsize=16)
def _stated(codes: Currencies, text: str, begin: int, end: int) -> Currencies:
    """Return those of the codes whose places stand in `text[begin:end]`."""
    places = _places()
    return tuple(c for c in codes if c in places and places[c].search(text, begin, end))
