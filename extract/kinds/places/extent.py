"""How far a statement of places reaches in running text, and how sure it is to be one.

Pages lose the ends of their values ("Location: Leeds What you will do"): a statement goes on as
long as names do. Where statements begin is for `extract.kinds.places.statements` to say.
"""

from __future__ import annotations

import re

from extract.kinds.places.clues import Clues, within
from extract.kinds.places.place_name import Name, is_bare_code, is_code, is_own_town
from extract.kinds.places.toponyms import adjoining, names
from extract.lexicon import pattern
from extract.values import Span

__all__ = [
    "city_start",
    "extent",
    "goes_on",
    "is_a_person",
    "is_elsewhere",
    "is_state",
    "is_sure",
    "reach",
]

_REACH = 90
_LENGTH = 80
_VALUE_END = re.compile(
    r"[\n\r\"{}<>|\t]|\s[-–—]\s|(?<![.\s]\w)(?<!St)(?<!Ft)(?<!Mt)(?<!TP)(?<!Tp)[.!?]"
    r"(?=\s*[^\W\d_a-z])|:\s"
    r"|(?<!\bSt)(?<!\bFt)(?<!\bMt)[.!?](?=\s+[$£€¥₹\d])"
)
_LEFT = re.compile(r"(?:[^\W\d_][\w.'’-]*[ \t])*[^\W\d_][\w.'’-]*$")
# Pages lose the break between two elements: "CarriersJoplin".
_GLUED = re.compile(r"(?<!\w)[A-Z]\w*[a-z]{2}([A-Z][a-z]{3,})\Z")
_BREAK = re.compile(r"[\n\r•|]|[.!?](?=\s+[^\W\d_a-z])")
_JAPANESE_TOWN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]{1,6}[市区町村]")
_INITIALS = re.compile(r"[ \u00a0][^\W\d_a-z]\.[ \u00a0]?[^\W\d_a-z]\.")
# The word behind a name, and the next one if both are capitalised.
_FOLLOWED = re.compile(
    r"['’]s\b|[ \u00a0](?:([^\W\d_a-z][\w.]*)(?:[ \u00a0]([^\W\d_a-z]\w*))?|([^\W\d_][\w.]*))"
)
_FOLLOWING = 40
_IN_ADDRESS = re.compile(r"[@/]\S*$|\S*www\.\S*$")


def is_sure(text: str, span: Span, size: int) -> bool:
    """Tell whether the first name is a country, a region, or a city of at least that size."""
    listed = names(text[span.start : span.end])
    if not listed:
        return False
    first = listed[0]
    cities = first.cities
    if is_bare_code(first) or (
        len(listed) == 1 and pattern("places", "ordinary").fullmatch(first.words)
    ):
        return False
    return bool(first.country or first.regions or (cities and cities[0].population >= size))


def extent(clues: Clues, start: int, *, whole: bool = False) -> Span | None:
    """Return how far a statement of places reaches from `start`; None if it names none.

    `whole`: an unknown name counts where it is all that the line says.
    """
    window = reach(clues.text, start) if whole else _window(clues, start)
    listed = names(window) if window else ()
    first: int | None = None
    last = 0
    for number, name in enumerate(listed):
        if first is not None and not adjoining(window[last : name.start]):
            break
        follower = listed[number + 1] if number + 1 < len(listed) else None
        town = follower and not follower.hard and _leads(follower, whole=whole) and name.plausible
        if town and follower and follower.bracketed and first is None:
            town = whole or "-" in name.words  # "Sales (India)" is a job.
        coded = first is not None and (is_state(name) or (follower and _is_coded(name, follower)))
        coded = coded or (first is not None and _JAPANESE_TOWN.fullmatch(name.words) is not None)
        if name.known or town or coded:
            first, last = name.start if first is None else first, name.end
            continue
        known = _known_start(name)
        if known and (first is not None or name.start == 0):
            first, last = name.start if first is None else first, known
        elif (
            whole
            and len(listed) == 1
            and not name.words.isupper()
            and name.end == len(window.rstrip())
            and name.plausible
        ):
            first, last = name.start, name.end
        if first is not None:
            break
    if first is None or not window[first:last].strip():
        return None
    if (
        window[first:last].count("(") > window[first:last].count(")")
        and window[last : last + 1] == ")"
    ):
        last += 1
    return Span(start + first, start + last)


def _window(clues: Clues, start: int) -> str:
    """Return what a statement can reach at most, empty if no name can begin there."""
    if not clues.may_hold_place(start, start + _LENGTH):
        return ""
    window = reach(clues.text, start)
    return window if clues.may_hold_place(start, start + len(window)) else ""


def reach(text: str, start: int) -> str:
    """Return what a statement that begins at `start` can reach at most: its line or sentence."""
    limit = min(len(text), start + _LENGTH)
    stop = _VALUE_END.search(text, start, limit)
    end = stop.start() if stop else limit
    if stop is None and limit < len(text):
        end = max(start, text.rfind(" ", start, limit))
    return _balanced(text[start:end])


def _is_coded(name: Name, follower: Name) -> bool:
    """Tell whether a name is a job board's code of a region before a country ("Paris, A8, FR")."""
    code = re.fullmatch(r"[A-Z][A-Z0-9]{1,2}", name.words)
    return code is not None and not follower.hard and follower.country is not None


def _balanced(window: str) -> str:
    """Cut a window at a bracket that closes what began before it."""
    if ")" not in window and "）" not in window:
        return window
    depth = 0
    for at, mark in enumerate(window):
        depth += (mark in "(（") - (mark in ")）")
        if depth < 0:
            return window[:at]
    return window


def _leads(name: Name, *, whole: bool) -> bool:
    """Tell whether a name after a comma makes the unknown one before it a town.

    A region or country does, but one that is called like its own town may be that town: then
    "Harbour View, Leeds" is a headline and needs a label ("Location:") to be a quarter.
    """
    outer = bool(name.regions or name.called_region or (name.country and not is_bare_code(name)))
    return outer and (whole or is_code(name) or not is_own_town(name))


def _known_start(name: Name) -> int | None:
    """Return where the longest known name at the start of an unknown one ends."""
    gaps = [gap.start() for gap in re.finditer(r"\s", name.words)]
    for gap in reversed(gaps):
        follower = name.words[gap:].split()[0].strip(".,")
        known = Name(name.start, name.start + gap, name.words[:gap]).known
        if known and not pattern("places", "named_after").fullmatch(follower):
            return name.start + gap
    return None


def city_start(text: str, end: int) -> int | None:
    """Return where the city before a comma begins: a known one, else the capitalised words."""
    glued = _GLUED.search(text, max(0, end - 60), end)
    if glued and Name(0, 0, glued[1]).cities and not Name(0, 0, glued.group()).cities:
        return glued.start(1)
    left = _LEFT.search(text[max(0, end - 60) : end])
    if left is None:
        return None
    words = list(re.finditer(r"\S+", left.group()))
    offset = end - len(left.group())
    at: int | None = None
    at_known = False
    for number in range(len(words) - 1, max(-1, len(words) - 5), -1):
        word = words[number]
        if word.group()[:1].islower() and number == len(words) - 1:
            return None
        if not word.group()[:1].islower():
            name = Name(0, 0, left.group()[word.start() :])
            begins = pattern("places", "prefix").fullmatch(word.group().rstrip("."))
            if name.cities or at is None or not at_known or begins:
                at, at_known = offset + word.start(), bool(name.cities) or at_known
        elif not at_known:
            break
    return at


def is_elsewhere(clues: Clues, span: Span) -> bool:
    """Tell whether the words around make the place something else than a place of work."""
    text, begin = clues.text, max(0, span.start - _REACH)
    for found in _BREAK.finditer(text, begin, span.start):
        begin = found.end()
    before = text[begin : span.start]
    if _IN_ADDRESS.search(before.rpartition(" ")[2]):
        return True
    if _is_part_of_name(text, span.end):
        return True
    cue, other = (
        max(((s.end, s.end - s.start) for s in within(spans, begin, span.start)), default=(0, 0))
        for spans in (clues.cues, clues.elsewhere)
    )
    return other > (0, 0) and other >= cue


def _is_part_of_name(text: str, end: int) -> bool:
    """Tell whether words behind a place make it part of the name of an institution or a firm.

    "Leeds University", "Leeds's", and with a word between them "Leeds Teaching Hospital".
    """
    after = _FOLLOWED.match(text, end, end + _FOLLOWING)
    if after is None:
        return False
    first, second = (after[1] or after[3] or "").strip("."), after[2] or ""
    named, houses = pattern("places", "named_after"), pattern("places", "facility")
    if not first or named.fullmatch(first):
        return True
    return all(table.fullmatch(second) is not None for table in (named, houses))


def is_a_person(text: str, span: Span) -> bool:
    """Tell whether initials stand behind a name, as behind that of a family ("Ivanov V. N.").

    >>> is_a_person("Ivanov V. N.", Span(0, 6)), is_a_person("Ivanovo, W. Russia", Span(0, 7))
    (True, False)
    """
    return _INITIALS.match(text, span.end) is not None


def goes_on(text: str, span: Span) -> bool:
    """Tell a city from the first word of another name ("in Enterprise Architecture")."""
    follows = re.match(r" ([^\W\d_])", text[span.end : span.end + 2])
    return follows is not None and follows[1].isupper()


def is_state(name: Name) -> bool:
    """Tell whether a name has the form of a state's two letters, in whatever case."""
    return len(name.words) == 2 and name.words.isalpha()  # noqa: PLR2004
