"""What two cards say of each other, field by field: agree, differ, or one of them does not say.

Facts are not judged here: that two employers' names differ may mean an agency or another job.
"""

from __future__ import annotations

from dataclasses import dataclass

from extract.same.cards import Card
from extract.same.names_compared import Likeness, Matched, matched, related
from extract.same.pay_compared import pay_compared
from extract.same.places_compared import places_compared
from extract.same.relation import Relation

__all__ = ["Facts", "facts_of", "renewed"]

_LATER = 7
"""Days by which copies of one posting may differ in when they were posted."""
_FEWEST = 4
"""Words below which two texts are too short to be compared."""
_FULL = ("full_time", "part_time")
_TRAINING = frozenset(("apprenticeship", "internship"))
_MID = "mid"


@dataclass(frozen=True, slots=True)
class Facts:
    """How two postings relate, field by field.

    `duties` is the share of the shorter duties' words that the other has too, None if one is too
    short. `shifted` says that only one title names a shift. `days` are the days between
    two dates of one sort, 0 for none or not both said.
    """

    title: Matched
    rank: Relation
    shift: Relation
    shifted: bool
    hours: Relation
    types: Relation
    training: Relation
    company: Likeness
    place: Relation
    pay: Relation
    raised: float
    ids: Relation
    forms: bool
    days: tuple[int, ...]
    dates: Relation
    each_date: tuple[Relation, ...]
    contract: Relation
    market: Relation
    duties: float | None
    foreign: bool
    common: frozenset[str]


def facts_of(one: Card, other: Card) -> Facts:
    """Compare two cards.

    >>> from extract.same.cards import card_of
    >>> rows = [{"posting": {"title": "Baker", "salary": {"min": pay}}} for pay in (13.4, 13.9)]
    >>> found = facts_of(*(card_of(row, "rows.jsonl") for row in rows))
    >>> found.title.likeness, found.pay, found.place
    ('same', 'differ', 'unsaid')
    """
    pay, raised = pay_compared(one, other)
    same = one.title == other.title
    pair = matched(one.title, other.title, frozenset() if same else _beside(one, other))
    foreign = _is_foreign(one, other)
    dates = _each_date(one, other)
    days = tuple(abs(a - b) if a and b else 0 for a, b in zip(one.days, other.days, strict=True))
    return Facts(
        title=pair,
        rank=_rank(one, other, pair.likeness),
        shift=_shift(one, other),
        shifted=bool(one.shifts) != bool(other.shifts),
        hours=_hours(one, other),
        types=_overlap(one.types & set(_FULL), other.types & set(_FULL)),
        training=_training(one, other),
        company=_company(one, other),
        place=places_compared(one, other),
        pay=pay,
        raised=raised,
        ids=_overlap(one.ids, other.ids),
        forms=bool(one.forms & other.forms),
        days=days,
        dates=_all_dates(dates),
        each_date=dates,
        contract=_contract(one, other),
        market=_overlap(one.remote_from, other.remote_from),
        duties=_duties(one, other),
        foreign=foreign,
        common=_common(one, other) if foreign else frozenset(),
    )


def renewed(facts: Facts) -> bool:
    """Tell whether one posting is a later one: another closing date or start, or a week between."""
    posted, closes, starts = facts.days
    return posted > _LATER or closes > 0 or starts > 0


def _beside(one: Card, other: Card) -> frozenset[str]:
    return one.aside | other.aside


def _rank(one: Card, other: Card, titles: Likeness) -> Relation:
    """Compare the levels of two titles; one that only one title names differs, except the middle.

    Titles without a common word say nothing: in "chef de rang" no word is a level.
    """
    mine, theirs = one.ranks, other.ranks
    if mine & theirs or (one.level and one.level == other.level):
        return "agree"
    if one.level and other.level:
        return "differ"
    if titles == "apart":
        return "unsaid"
    if mine and theirs:
        return "differ"
    alone, level = (mine, other.level) if mine else (theirs, one.level)
    return "differ" if alone - {_MID, level} else "unsaid"


def _shift(one: Card, other: Card) -> Relation:
    if one.shifts and other.shifts:
        return "agree" if one.shifts & other.shifts else "differ"
    return "unsaid"


def _hours(one: Card, other: Card) -> Relation:
    if one.hours is None or other.hours is None:
        return "unsaid"
    low = max(one.hours[0] or 0, other.hours[0] or 0)
    high = min(one.hours[1] or 168, other.hours[1] or 168)
    return "agree" if low <= high * 1.05 else "differ"


def _training(one: Card, other: Card) -> Relation:
    mine, theirs = one.types & _TRAINING, other.types & _TRAINING
    if mine or theirs:
        if mine & theirs:
            return "agree"
        return "differ" if one.types and other.types else "unsaid"
    return "unsaid"


def _company(one: Card, other: Card) -> Likeness:
    """Compare employers; one that is named in the other's title has been passed on by name."""
    found = related(one.company, other.company)
    if found in {"apart", "contrast"} and (
        one.company <= other.title or other.company <= one.title
    ):
        return "wider"
    return found


def _overlap(mine: frozenset[str], theirs: frozenset[str]) -> Relation:
    if not mine or not theirs:
        return "unsaid"
    return "agree" if mine & theirs else "differ"


def _contract(one: Card, other: Card) -> Relation:
    if one.contract is None or other.contract is None:
        return "unsaid"
    return "agree" if one.contract[0] == other.contract[0] else "differ"


def _each_date(one: Card, other: Card) -> tuple[Relation, ...]:
    return tuple(
        ("agree" if mine == theirs else "differ") if mine and theirs else "unsaid"
        for mine, theirs in zip(one.days, other.days, strict=True)
    )


def _all_dates(dates: tuple[Relation, ...]) -> Relation:
    if "differ" in dates:
        return "differ"
    return "agree" if "agree" in dates else "unsaid"


def _duties(one: Card, other: Card) -> float | None:
    """Return the share of common words; another reader may have taken duties for requirements."""
    if min(len(one.duties), len(other.duties)) < _FEWEST:
        return None
    mine, theirs = one.duties | one.needs, other.duties | other.needs
    return max(_share(one.duties, other.duties), _within(one, theirs), _within(other, mine))


def _share(mine: frozenset[str], theirs: frozenset[str]) -> float:
    return len(mine & theirs) / min(len(mine), len(theirs))


def _within(one: Card, text: frozenset[str]) -> float:
    """Return the share of the duties' words in a text; what is a requirement too says nothing."""
    own = one.duties - one.needs
    return len(own & text) / len(own) if len(own) >= _FEWEST else 0.0


def _is_foreign(one: Card, other: Card) -> bool:
    """Tell whether two postings are in two languages, so that words cannot be compared."""
    return bool(one.tongues and other.tongues and not set(one.tongues) & set(other.tongues))


def _common(one: Card, other: Card) -> frozenset[str]:
    """Return words that stand in the text of both, beside those that other fields say."""
    mine, theirs = one.duties | one.needs, other.duties | other.needs
    known = {word[:5] for word in _beside(one, other)}
    return frozenset(word for word in mine & theirs if word not in known)
