"""What two postings are to each other, with the reason and the quotes. See docs/same.md."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from extract.same.cards import DATES, Card
from extract.same.facts import Facts, facts_of
from extract.same.rules import ONE_JOB, PARTING, Kindred, kind_of

__all__ = ["Judgement", "judge", "quick_judge"]

Quotes = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
"""For each field the quotes of the one and of the other posting."""

_SURE = 10.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What two postings are to each other, why, and which fields agree and differ.

    `agree` and `differ` have for each field the quotes of both postings.
    """

    kind: Kindred
    why: str
    agree: Quotes = field(default_factory=dict)
    differ: Quotes = field(default_factory=dict)
    duties: float | None = None

    @property
    def one_job(self) -> bool:
        """Whether the two are one job."""
        return self.kind in ONE_JOB

    @property
    def parts(self) -> bool:
        """Whether the two must not come into one group through a third."""
        doubted = self.kind == "cannot tell" and self.why in PARTING
        return doubted or self.kind in {"other job", "other place"}

    def doubted(self, why: str) -> Judgement:
        """Return the judgement as one that cannot be told."""
        return replace(self, kind="cannot tell", why=why)


def judge(one: Card, other: Card) -> Judgement:
    """Say what two postings are to each other.

    >>> from extract.same.cards import card_of
    >>> posting = {"title": "Baker", "company": "Saltmarsh", "locations": [{"city": "Ely"}]}
    >>> cards = [
    ...     card_of({"posting": {**posting, "closes_on": day}}, "rows.jsonl")
    ...     for day in ("2027-06-05", "2027-07-03")
    ... ]
    >>> judge(*cards).kind
    'repost'
    """
    facts = facts_of(one, other)
    kind, why = kind_of(facts)
    agree, differ = _sides(facts, one, other)
    return Judgement(kind, why, agree, differ, facts.duties)


def quick_judge(one: Card, other: Card) -> tuple[Kindred, float]:
    """Say what two postings are to each other, and how much agrees, without the quotes."""
    facts = facts_of(one, other)
    kind, _ = kind_of(facts)
    relations = (
        facts.place, facts.pay, facts.ids, facts.hours, facts.types, facts.dates, facts.contract,
    )  # fmt: skip
    strength = relations.count("agree") - relations.count("differ") + (facts.duties or 0.0)
    named = (facts.title.likeness == "same") + (facts.company in {"same", "wider"})
    return kind, strength + named + _SURE * (facts.ids == "agree")


def _sides(facts: Facts, one: Card, other: Card) -> tuple[Quotes, Quotes]:
    """Return the quotes of the fields that agree, and of those that differ."""
    relations: dict[str, str] = {
        "title": {"same": "agree", "contrast": "differ", "apart": "differ"}.get(
            facts.title.likeness, ""
        ),
        "company": {"same": "agree", "wider": "agree", "contrast": "differ", "apart": "differ"}.get(
            facts.company, ""
        ),
        "locations": facts.place,
        "salary": facts.pay,
        "job_ids": facts.ids,
        "hours_per_week": facts.hours,
        "employment_types": facts.types,
        "seniority": facts.rank,
        "contract": facts.contract,
        "remote_from": facts.market,
    }
    relations.update(zip(DATES, facts.each_date, strict=True))
    made: list[Quotes] = []
    for wanted in ("agree", "differ"):
        named = [name for name, relation in relations.items() if relation == wanted]
        made.append(
            {name: (one.quotes.get(name, ()), other.quotes.get(name, ())) for name in named}
        )
    return made[0], made[1]
