"""Ten schemas of one's own, each with a document and what a strong reader answers.

The answers are those of open reading; `closed` holds the fields that closed reading asks in another
form. Both ways give the same record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, HttpUrl

from extract.kinds import Choice, Date, Lines, Pay, Place
from extract.values import Education, Experience, Location, Salary

__all__ = ["CASES", "Case", "Invoice", "InvoiceLine"]


@dataclass(frozen=True)
class Case:
    """A document, its answers and its record."""

    expected: BaseModel
    text: str
    answer: Mapping[str, Any]
    closed: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)


def said(words: str, value: Any) -> dict[str, Any]:
    """Return the answer for a value that has words of its own."""
    return {"words": words, "value": value}


def pay(words: str, low: float, high: float, currency: str, period: str | None) -> dict[str, Any]:
    """Return the answer for an amount of pay."""
    parts = {"min": low, "max": high, "currency": currency, "period": period, "gross": None}
    return {"words": words, **parts}


class InvoiceLine(BaseModel):
    """One line of an invoice."""

    what: str = Field(description="what is charged")
    quantity: Decimal | None = None
    amount: Decimal | None = Field(None, description="the sum of the line")


class Invoice(BaseModel):
    """An invoice from a supplier."""

    number: str
    issued: dt.date | None = None
    lines: list[InvoiceLine] = []
    total: Decimal | None = None
    currency: Literal["EUR", "CHF", "USD"] | None = None
    paid: bool | None = Field(None, description="whether it is paid already")


INVOICE = Case(
    Invoice(
        number="R-2027/118",
        issued=dt.date(2027, 4, 3),
        lines=[
            InvoiceLine(what="Roggenmehl Typ 1150", quantity=Decimal(12), amount=Decimal("214.80")),
            InvoiceLine(what="Lieferung", amount=Decimal("18.50")),
        ],
        total=Decimal("1233.30"),
        currency="EUR",
        paid=True,
    ),
    """\
Mühle Hinterwald – Rechnung Nr. R-2027/118
Datum: 03.04.2027
12 Sack Roggenmehl Typ 1150: 214,80
Lieferung: 18,50
Gesamtbetrag: 1.233,30 €
Dankend erhalten.
""",
    {
        "number": "R-2027/118",
        "issued": said("03.04.2027", "2027-04-03"),
        "lines": [
            {
                "what": "Roggenmehl Typ 1150",
                "quantity": said("12 Sack", 12),
                "amount": said("214,80", 214.8),
            },
            {"what": "Lieferung", "quantity": None, "amount": said("18,50", 18.5)},
        ],
        "total": said("1.233,30 €", 1233.3),
        "currency": said("€", "EUR"),
        "paid": said("Dankend erhalten", value=True),
    },
    evidence={"lines.1.amount": "18,50", "total": "1.233,30 €"},
)


class Ingredient(BaseModel):
    """Something that goes in."""

    name: str
    amount: float | None = None
    unit: Literal["g", "ml", "piece"] | None = None


class Recipe(BaseModel):
    """A recipe that one can cook."""

    title: str
    serves: int | None = None
    ingredients: list[Ingredient] = []
    steps: Annotated[list[str], Lines()] = Field([], description="lines that say what to do")
    vegan: bool | None = None


RECIPE = Case(
    Recipe(
        title="Plum crumble",
        serves=4,
        ingredients=[
            Ingredient(name="plums", amount=600, unit="g"),
            Ingredient(name="oat milk", amount=2.5, unit="ml"),
            Ingredient(name="cinnamon"),
        ],
        steps=["Halve the plums and lay them in a dish.", "Bake until brown."],
        vegan=True,
    ),
    """\
Plum crumble
Serves four, and there is nothing of an animal in it.
600 g plums, 2½ ml oat milk, cinnamon
Halve the plums and lay them in a dish.
Bake until brown.
""",
    {
        "title": "Plum crumble",
        "serves": said("Serves four", 4),
        "ingredients": [
            {"name": "plums", "amount": said("600 g", 600), "unit": said("g", "g")},
            {"name": "oat milk", "amount": said("2½ ml", 2.5), "unit": said("ml", "ml")},
            {"name": "cinnamon", "amount": None, "unit": None},
        ],
        "steps": "4-5",
        "vegan": said("nothing of an animal", value=True),
    },
    closed={"steps": [[4, 5]]},
    evidence={"ingredients.1.amount": "2½ ml", "steps.1": "Bake until brown."},
)


class Free(BaseModel):
    """Free of charge."""

    kind: Literal["free"]
    note: str | None = Field(None, description="the words that say so")


class Ticket(BaseModel):
    """A ticket that costs something."""

    kind: Literal["ticket"]
    price: Decimal


class Speaker(BaseModel):
    """Who speaks."""

    name: str
    talk: str | None = None


class Event(BaseModel):
    """An event that one can go to."""

    name: str
    starts: dt.datetime | None = None
    doors: dt.time | None = Field(None, description="when the doors open")
    entry: Annotated[Free | Ticket, Field(discriminator="kind")] | None = None
    speakers: list[Speaker] = []


EVENT = Case(
    Event(
        name="Nuit du levain",
        starts=dt.datetime(2027, 5, 14, 19, 30),  # noqa: DTZ001 - the page names no zone
        doors=dt.time(18, 45),
        entry=Ticket(kind="ticket", price=Decimal("12.50")),
        speakers=[
            Speaker(name="Inès Dufour", talk="Le seigle oublié"),
            Speaker(name="Paul Mbemba"),
        ],
    ),
    """\
Nuit du levain
Vendredi 14 mai 2027 à 19h30, ouverture des portes à 18h45
Entrée : 12,50 €
Inès Dufour : Le seigle oublié
Avec Paul Mbemba
""",
    {
        "name": "Nuit du levain",
        "starts": said("14 mai 2027 à 19h30", "2027-05-14T19:30"),
        "doors": said("18h45", "18:45"),
        "entry": {"kind": "ticket", "price": said("12,50 €", 12.5)},
        "speakers": [
            {"name": "Inès Dufour", "talk": "Le seigle oublié"},
            {"name": "Paul Mbemba", "talk": None},
        ],
    },
    evidence={"entry.price": "12,50 €", "speakers.0.talk": "Le seigle oublié"},
)


class Corpus(Enum):
    """Collections that a score is of."""

    ADS = "job ads"
    NEWS = "news"


class Score(BaseModel):
    """A score on a collection."""

    corpus: Corpus
    f1: float


class Author(BaseModel):
    """Who wrote it."""

    name: str
    at: str | None = Field(None, description="where the author works")


class Paper(BaseModel):
    """A scientific paper."""

    title: str
    year: int
    authors: list[Author] = []
    scores: list[Score] = []
    code: HttpUrl | None = None


PAPER = Case(
    Paper(
        title="Reading lines aloud",
        year=2026,
        authors=[Author(name="M. Okafor", at="Leeds"), Author(name="S. Lindqvist", at="Lund")],
        scores=[Score(corpus=Corpus.ADS, f1=0.913), Score(corpus=Corpus.NEWS, f1=0.87)],
        code=HttpUrl("https://example.org/lines"),
    ),
    """\
Reading lines aloud
M. Okafor (Leeds), S. Lindqvist (Lund), 2026
F1 is 0.913 on job ads and 87.0 % on news.
Code: https://example.org/lines
""",
    {
        "title": "Reading lines aloud",
        "year": said("2026", 2026),
        "authors": [{"name": "M. Okafor", "at": "Leeds"}, {"name": "S. Lindqvist", "at": "Lund"}],
        "scores": [
            {"corpus": said("job ads", "job ads"), "f1": said("0.913", 0.913)},
            {"corpus": said("news", "news"), "f1": said("87.0 %", 0.87)},
        ],
        "code": "https://example.org/lines",
    },
    evidence={"authors.1.at": "Lund", "scores.1.f1": "87.0 %"},
)


class House(BaseModel):
    """A house or a flat to let."""

    where: Annotated[Location | None, Place()] = None
    rent: Decimal | None = Field(None, description="rent of a month")
    rooms: int | float | None = None
    furnished: Annotated[
        Literal["furnished", "unfurnished"] | None,
        Choice(words={"furnished": ["umeblowane"], "unfurnished": ["nieumeblowane"]}),
    ] = None
    features: set[str] = set()
    free_from: dt.date | None = None


HOUSE = Case(
    House(
        where=Location(text="Kraków, Polska", city="Kraków", country="PL"),
        rent=Decimal(3200),
        rooms=2.5,
        furnished="furnished",
        features={"balkon", "winda"},
        free_from=dt.date(2027, 3, 1),
    ),
    """\
Mieszkanie do wynajęcia
Lokalizacja: Kraków, Polska
2,5 pokoju, umeblowane, balkon, winda
Czynsz 3 200 zł
Wolne od 1 marca 2027
""",
    {
        "where": {
            "words": "Kraków, Polska",
            "city": "Kraków",
            "region": None,
            "country": "PL",
        },
        "rent": said("3 200 zł", 3200),
        "rooms": said("2,5 pokoju", 2.5),
        "furnished": said("umeblowane", "furnished"),
        "features": ["balkon", "winda"],
        "free_from": said("1 marca 2027", "2027-03-01"),
    },
    closed={"furnished": "umeblowane", "where": ["Kraków, Polska"]},
    evidence={"features.1": "winda", "rent": "3 200 zł"},
)


class Grade(BaseModel):
    """One grade of a table."""

    grade: str
    pay: Salary | None = None
    years: Experience | None = Field(None, description="years of practice that it needs")


class PayTable(BaseModel):
    """A table of pay by grade."""

    title: str | None = None
    grades: list[Grade] = []


TABLE = Case(
    PayTable(
        title="Bakery staff",
        grades=[
            Grade(
                grade="Grade A",
                pay=Salary(min=24000, max=26500, currency="GBP", period="year"),
            ),
            Grade(
                grade="Grade B",
                pay=Salary(min=27000, max=31000, currency="GBP", period="year"),
                years=Experience(min=3),
            ),
        ],
    ),
    """\
Bakery staff
Grade A: £24,000 - £26,500 per year
Grade B: £27,000 - £31,000 per year, at least 3 years of experience in a bakery
""",
    {
        "title": "Bakery staff",
        "grades": [
            {
                "grade": "Grade A",
                "pay": pay("£24,000 - £26,500 per year", 24000, 26500, "GBP", "year"),
                "years": None,
            },
            {
                "grade": "Grade B",
                "pay": pay("£27,000 - £31,000 per year", 27000, 31000, "GBP", "year"),
                "years": {"words": "at least 3 years of experience", "min": 3, "max": None},
            },
        ],
    },
    closed={
        "grades": [
            {"grade": "Grade A", "pay": "£24,000 - £26,500 per year", "years": ""},
            {
                "grade": "Grade B",
                "pay": "£27,000 - £31,000 per year",
                "years": "at least 3 years of experience",
            },
        ]
    },
    evidence={"grades.1.pay": "£27,000 - £31,000 per year"},
)


class Shift(BaseModel):
    """A shift of the week."""

    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    begins: dt.time
    ends: dt.time
    people: int | None = Field(None, gt=0)


class Roster(BaseModel):
    """A roster of shifts that people can take."""

    employer: str | None = None
    shifts: list[Shift] = []
    pay: Annotated[Salary | None, Pay()] = None


ROSTER = Case(
    Roster(
        employer="Café Ribera",
        shifts=[
            Shift(day="mon", begins=dt.time(6), ends=dt.time(14), people=2),
            Shift(day="sat", begins=dt.time(14, 30), ends=dt.time(22), people=3),
        ],
        pay=Salary(min=11.5, max=11.5, currency="EUR", period="hour"),
    ),
    """\
Café Ribera busca personal
Lunes de 6:00 a 14:00, 2 personas
Sábado de 14:30 a 22:00, tres personas
Sueldo: 11,50 € por hora
""",
    {
        "employer": "Café Ribera",
        "shifts": [
            {
                "day": said("Lunes", "mon"),
                "begins": said("6:00", "06:00"),
                "ends": said("14:00", "14:00"),
                "people": said("2 personas", 2),
            },
            {
                "day": said("Sábado", "sat"),
                "begins": said("14:30", "14:30"),
                "ends": said("22:00", "22:00"),
                "people": said("tres personas", 3),
            },
        ],
        "pay": pay("11,50 € por hora", 11.5, 11.5, "EUR", "hour"),
    },
    closed={"pay": "11,50 € por hora"},
    evidence={"shifts.1.begins": "14:30"},
)


class Apprenticeship(BaseModel):
    """An apprenticeship that school leavers can apply for."""

    trade: str | None = Field(None, description="the trade to be learnt")
    allowances: Annotated[list[Salary], Pay()] = Field([], description="pay of each year")
    college: Annotated[
        Literal["day_release", "block_release"] | None,
        Choice(words={"day_release": ["day release"], "block_release": ["block release"]}),
    ] = None
    tasks: Annotated[list[str], Lines(section="responsibilities")] = []
    closes: Annotated[dt.date | None, Date("closes")] = None


APPRENTICESHIP = Case(
    Apprenticeship(
        trade="Stonemason",
        allowances=[
            Salary(min=7.55, max=7.55, currency="GBP", period="hour"),
            Salary(min=9.8, max=9.8, currency="GBP", period="hour"),
        ],
        college="day_release",
        tasks=["cut and set limestone", "read a mason's drawings"],
        closes=dt.date(2027, 6, 30),
    ),
    """\
Apprentice Stonemason
First year: pay of £7.55 an hour
Second year: pay of £9.80 an hour
College by day release. Apply by 30 June 2027.
What you will do:
- cut and set limestone
- read a mason's drawings
""",
    {
        "trade": "Stonemason",
        "allowances": [
            pay("£7.55 an hour", 7.55, 7.55, "GBP", "hour"),
            pay("£9.80 an hour", 9.8, 9.8, "GBP", "hour"),
        ],
        "college": said("day release", "day_release"),
        "tasks": "6-7",
        "closes": said("30 June 2027", "2027-06-30"),
    },
    closed={"allowances": ["£7.55 an hour", "£9.80 an hour"], "college": "College by day release"},
    evidence={"allowances.1": "£9.80 an hour", "tasks.0": "cut and set limestone"},
)


class Mentor(BaseModel):
    """Who looks after the interns."""

    name: str


class Track(BaseModel):
    """A track of a programme."""

    name: str
    seats: int | None = None
    mentors: list[Mentor] = []


class Programme(BaseModel):
    """A programme of internships."""

    name: str | None = None
    weeks: int | None = None
    paid: bool | None = None
    tracks: list[Track] = []
    school: Education | None = None


PROGRAMME = Case(
    Programme(
        name="Summer at the Mill",
        weeks=10,
        paid=True,
        tracks=[
            Track(name="Milling", seats=6, mentors=[Mentor(name="Ada Brandt")]),
            Track(
                name="Baking", seats=4, mentors=[Mentor(name="Jo Pike"), Mentor(name="Ada Brandt")]
            ),
        ],
        school=Education(level="bachelor", required=True),
    ),
    """\
Summer at the Mill
Ten weeks, with a stipend. A bachelor's degree is required.
Milling: 6 seats, with Ada Brandt
Baking: 4 seats, with Jo Pike and Ada Brandt
""",
    {
        "name": "Summer at the Mill",
        "weeks": said("Ten weeks", 10),
        "paid": said("with a stipend", value=True),
        "tracks": [
            {"name": "Milling", "seats": said("6 seats", 6), "mentors": [{"name": "Ada Brandt"}]},
            {
                "name": "Baking",
                "seats": said("4 seats", 4),
                "mentors": [{"name": "Jo Pike"}, {"name": "Ada Brandt"}],
            },
        ],
        "school": {"words": "A bachelor's degree", "level": "bachelor", "required": True},
    },
    evidence={"tracks.1.mentors.1.name": "Ada Brandt", "tracks.0.seats": "6 seats"},
)


class Fixed(BaseModel):
    """A fixed price."""

    kind: Literal["fixed"]
    amount: Decimal


class Hourly(BaseModel):
    """A price by the hour."""

    kind: Literal["hourly"]
    rate: Decimal
    hours: int | None = None


class Contact(BaseModel):
    """Whom to write to."""

    name: str | None = None
    mail: str | None = None


class Brief(BaseModel):
    """A brief that contractors can bid for."""

    client: str
    budget: Annotated[Fixed | Hourly, Field(discriminator="kind")]
    parts: tuple[str, ...] = Field((), description="what is to be delivered")
    share: float | None = Field(None, description="share of it that may be done from home")
    contact: Contact | None = None


BRIEF = Case(
    Brief(
        client="Harbour Museum",
        budget=Hourly(kind="hourly", rate=Decimal(85), hours=120),
        parts=("site plan", "budget sheet"),
        share=0.6,
        contact=Contact(name="R. Vance", mail="bids@example.org"),
    ),
    """\
Harbour Museum seeks a planner
Deliver a site plan and a budget sheet
$85 an hour for some 120 hours, 60 % of them from home
Write to R. Vance, bids@example.org
""",
    {
        "client": "Harbour Museum",
        "budget": {
            "kind": "hourly",
            "rate": said("$85 an hour", 85),
            "hours": said("120 hours", 120),
        },
        "parts": ["site plan", "budget sheet"],
        "share": said("60 %", 0.6),
        "contact": {"name": "R. Vance", "mail": "bids@example.org"},
    },
    evidence={"budget.rate": "$85 an hour", "contact.mail": "bids@example.org"},
)

CASES = (
    *(INVOICE, RECIPE, EVENT, PAPER, HOUSE),
    *(TABLE, ROSTER, APPRENTICESHIP, PROGRAMME, BRIEF),
)
