"""The rules that turn the facts of a pair into what it is: the first that fits decides.

Rules read facts only, and each gives a kind and the reason in a few words. See docs/same.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, get_args

from extract.same.facts import Facts, renewed

__all__ = ["KINDS", "ONE_JOB", "PARTING", "Kindred", "kind_of"]

Kindred = Literal["mirror", "repost", "repriced", "other place", "cannot tell", "other job"]
"""What two postings can be to each other; the first three are one job."""

KINDS: Final[tuple[Kindred, ...]] = get_args(Kindred)
ONE_JOB: Final = frozenset(KINDS[:3])
Ruling = tuple[Kindred, str] | None
Rule = Callable[[Facts], Ruling]
_NUMBERS = "two vacancy numbers of one form, and no other date"
_SISTERS = "the employers share a name, but each has one of its own"
_TERMS = "one is permanent, the other for a fixed term"
PARTING: Final = frozenset((_NUMBERS, _SISTERS, _TERMS))
"""Reasons of doubt for which two postings must not come into one group through a third."""

_ALIKE = 0.6
"""Share of common words from which duties are the same, reworded or cut short."""
_UNLIKE = 0.4
_HALF_A_YEAR = 183
_MOST_RAISED = 1.5
_FACTS = 3
_FIGURES = 2


def kind_of(facts: Facts) -> tuple[Kindred, str]:
    """Return the first ruling that fits; the last rule always does."""
    for rule in (_other_job, _other_title, _other_work, _employers, _places, _doubts, _evidence):
        if ruling := rule(facts):
            return ruling
    if facts.pay == "differ":
        return "repriced", "the pay differs"
    if renewed(facts):
        return "repost", "a date is another one"
    return "mirror", "neither pay nor dates differ"


def _other_job(facts: Facts) -> Ruling:
    """Find a fact about the job that contradicts."""
    named = {
        "level": facts.rank,
        "shift": facts.shift,
        "weekly hours": facts.hours,
        "full or part time": facts.types,
        "training or regular job": facts.training,
    }
    for name, relation in named.items():
        if relation == "differ":
            return "other job", f"{name}: differs"
    return None


def _other_title(facts: Facts) -> Ruling:
    """Judge titles of which each has words of its own, or one has more."""
    likeness = facts.title.likeness
    if facts.foreign or facts.ids == "agree" or likeness in {"same", "unsaid"}:
        return None
    own = ", ".join(sorted(facts.title.mine | facts.title.theirs))
    if likeness == "contrast":
        return "other job", f"each title has words of its own: {own}"
    against = [facts.pay, facts.market, facts.place]
    if facts.ids == "differ" and facts.forms:
        against.append("differ")
    if likeness == "wider":
        if "differ" in against:
            return "other job", f"one title has more words: {own}"
        if facts.shifted:
            return "cannot tell", f"only one title names a shift: {own}"
        return None if _supported(facts) else ("cannot tell", f"one title has more words: {own}")
    rewords = _alike(facts.duties) and facts.place != "differ" and facts.pay != "differ"
    return None if rewords else ("other job", f"the titles share no word: {own}")


def _other_work(facts: Facts) -> Ruling:
    """Compare the duties in one language, unless all else says that it is one posting."""
    if facts.foreign or facts.ids == "agree" or facts.duties is None or facts.duties > _UNLIKE:
        return None
    if _one_posting(facts):
        return None
    return "other job", f"the duties share few words ({facts.duties:.2f})"


def _one_posting(facts: Facts) -> bool:
    """Tell whether title, employer and two figures agree and none differs.

    Two readers of one page may take other lines of it for the duties.
    """
    figures = [facts.pay, facts.hours, *facts.each_date]
    others = {*figures, facts.place, facts.contract, facts.ids}
    named = facts.title.likeness == "same" and facts.company in {"same", "wider"}
    return named and "differ" not in others and figures.count("agree") >= _FIGURES


def _employers(facts: Facts) -> Ruling:
    """Judge two names, or one that is left out: an agency passes a job on word for word."""
    if facts.company in {"same", "wider"} or facts.ids == "agree":
        return None
    if facts.company == "unsaid":
        return _unnamed(facts)
    if facts.place == "differ":
        return "other job", "employer and place differ"
    if facts.company == "contrast":
        return "cannot tell", _SISTERS
    if _alike(facts.duties) and facts.place == "agree" and _supported(facts):
        return None
    return "cannot tell", "no employer in common, and too little else"


def _unnamed(facts: Facts) -> Ruling:
    if facts.place == "differ":
        return "other place", "the places have nothing in common"
    if _alike(facts.duties) or (facts.foreign and facts.place == "agree"):
        return None
    return "cannot tell", "one names no employer, and too little else agrees"


def _supported(facts: Facts) -> bool:
    """Tell whether a figure agrees too, and not only words."""
    return "agree" in {facts.pay, facts.hours, facts.dates, facts.contract}


def _places(facts: Facts) -> Ruling:
    if facts.place == "differ":
        return "other place", "the places have nothing in common"
    if facts.market == "differ":
        return "other place", "the countries of remote work have nothing in common"
    return None


def _doubts(facts: Facts) -> Ruling:
    """Find what would fit two openings as well."""
    if facts.ids == "differ" and facts.forms and not renewed(facts):
        return "cannot tell", _NUMBERS
    if max(facts.days) > _HALF_A_YEAR:
        return "cannot tell", "more than half a year between the dates"
    if facts.pay == "differ" and facts.raised > _MOST_RAISED:
        return "cannot tell", f"the pay is {facts.raised:.1f} times the other"
    if facts.contract == "differ":
        return "cannot tell", _TERMS
    return None


def _evidence(facts: Facts) -> Ruling:
    """Ask for enough that agrees: a title and an employer alone fit many openings."""
    if facts.ids == "agree":
        return None
    if facts.foreign:
        listed = (facts.place, facts.pay, facts.hours, facts.dates, facts.contract, facts.types)
        agreeing = sum(relation == "agree" for relation in (*listed, facts.market))
        agreeing += facts.title.likeness == "same"
        somewhere = "agree" in {facts.place, facts.market}
        certain = somewhere and agreeing >= _FACTS and facts.common and facts.pay != "differ"
        return None if certain else ("cannot tell", "two languages, and too little else agrees")
    if facts.place != "agree" and not _alike(facts.duties) and not _one_posting(facts):
        return "cannot tell", "too little is said to compare"
    if facts.duties is not None and not _alike(facts.duties) and facts.pay == "differ":
        return "cannot tell", "other words and other pay"
    return None


def _alike(share: float | None) -> bool:
    return share is not None and share >= _ALIKE
