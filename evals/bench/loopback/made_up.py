"""Made-up postings, any number of them, each told from the others by a mark of its own.

They are for load, not for accuracy: the same dozen sentences in ever new company.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from pydantic import BaseModel

from extract.text.document import from_text
from extract.values import Document

__all__ = ["FOREIGN", "MARK", "Notice", "posting", "postings", "text_of"]

MARK = re.compile(r"\bLB-\d{7}\b")
"""The number that each posting bears, by which the server knows it again."""


class Notice(BaseModel):
    """A vacant post.

    A schema that takes the processor little: what is measured with it is not reading.
    """

    title: str | None = None
    company: str | None = None


SIZE = 5000
"""Characters of a posting, unless asked otherwise."""

_TRADES = (
    "Crane Operator", "Bookbinder", "Night Nurse", "Payroll Clerk", "Glazier", "Data Engineer",
    "Tram Driver", "Pastry Cook", "Survey Technician", "Lift Mechanic", "Reef Diver", "Typesetter",
)  # fmt: skip
_PLACES = (
    "Leeds, United Kingdom", "Austin, TX", "Toronto, Ontario", "Dublin, Ireland",
    "Perth, Australia", "Hamburg, Germany", "Boise, ID", "Galway, Ireland",
    "Bristol, United Kingdom", "Tampa, FL",
)  # fmt: skip
_FIRMS = ("Alder & Finch Ltd", "Northquay Works, Inc.", "Corbel Partners", "Tidewater Group plc")
_DUTIES = (
    "Plan the week with {n} colleagues and keep the board up to date",
    "Check {n} deliveries a day against their papers",
    "Report faults in the yard before the {n} o'clock round",
    "Keep the records of {n} sites in good order",
    "Teach {n} new starters a quarter how we work",
    "Write up what was done, for the shift that follows in bay {n}",
    "Order parts for line {n} and follow them until they arrive",
)
_WISHES = (
    "At least {n} years of experience in a similar post",
    "A driving licence; the fleet has {n} vehicles",
    "You have worked in teams of {n} or more",
    "Care with figures: {n} ledgers pass through your hands",
    "Bachelor's degree preferred, or {n} years on the job",
    "Good written English; you will answer {n} letters a week",
)
_OFFERS = (
    "{n} days of leave, and the public holidays",
    "A pension to which we add {n} percent",
    "Tools, boots and a locker in hall {n}",
    "Training for {n} days of each year",
)
_PROSE = (
    "We have stood at the same corner for {n} years, and our door is open to careful people.",
    "Most of what we do is done in groups of {n}, the rest alone with a good lamp and a kettle.",
    "Our customers come back, {n} of every hundred, because things are done when we say.",
    "The hall was rebuilt with {n} skylights, which makes the winter mornings easier.",
)

FOREIGN = """\
Zookeeper, Reptile House
Verdigris Animal Park
Feed the monitors and clean the tortoise enclosure
A head for heights is an advantage in the aviary
"""
"""Another document, whose words are in none of these postings."""


def text_of(number: int, size: int = SIZE) -> str:
    """Return the text of one posting, the same each time, of about `size` characters.

    >>> text_of(7) == text_of(7), MARK.search(text_of(7)).group()
    (True, 'LB-0000007')
    """
    dice = random.Random(number)  # noqa: S311 - no secret
    low = dice.randrange(24, 60) * 1000
    lines = [
        f"{dice.choice(_TRADES)} (m/f)",
        dice.choice(_FIRMS),
        f"Location: {dice.choice(_PLACES)}",
        f"Job ID: LB-{number:07}",
        f"Salary: ${low:,} to ${low + dice.randrange(4, 20) * 1000:,} a year, full-time",
        "What you will do:",
        *_bullets(dice, _DUTIES, 7),
        "What we look for:",
        *_bullets(dice, _WISHES, 6),
        "What we offer:",
        *_bullets(dice, _OFFERS, 4),
        f"Apply by {dice.randrange(1, 28)} March 2027.",
        "About us:",
    ]
    held = sum(len(line) + 1 for line in lines)
    while held < size:
        lines.append(dice.choice(_PROSE).format(n=dice.randrange(2, 90)))
        held += len(lines[-1]) + 1
    return "\n".join(lines) + "\n"


def posting(number: int, size: int = SIZE) -> Document:
    """Return one posting, read into a document."""
    return from_text(text_of(number, size), id=f"LB-{number:07}", source="made up")


def postings(count: int, size: int = SIZE) -> Iterator[Document]:
    """Yield postings 0 to `count`, each made when it is drawn."""
    return (posting(number, size) for number in range(count))


def _bullets(dice: random.Random, sentences: tuple[str, ...], count: int) -> Iterator[str]:
    for sentence in dice.sample(sentences, count):
        yield f"• {sentence.format(n=dice.randrange(2, 40))}"
