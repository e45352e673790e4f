"""Field kinds: how each sort of value is proposed, read from a quote, settled and compared."""

from extract.kinds.choice import Choice
from extract.kinds.codes import Codes
from extract.kinds.company import Company
from extract.kinds.contract import ContractTerm
from extract.kinds.dates import Date
from extract.kinds.hours import WeeklyHours
from extract.kinds.kind import Finding, Kind, Settled, Shape
from extract.kinds.languages import Languages
from extract.kinds.lines import Lines, Requirements
from extract.kinds.pay import Pay
from extract.kinds.phrase import Phrase, Phrases
from extract.kinds.places import Place
from extract.kinds.remote import RemoteFrom
from extract.kinds.schooling import Schooling
from extract.kinds.skills import Skills
from extract.kinds.title import Title
from extract.kinds.years import Years

__all__ = [
    "Choice",
    "Codes",
    "Company",
    "ContractTerm",
    "Date",
    "Finding",
    "Kind",
    "Languages",
    "Lines",
    "Pay",
    "Phrase",
    "Phrases",
    "Place",
    "RemoteFrom",
    "Requirements",
    "Schooling",
    "Settled",
    "Shape",
    "Skills",
    "Title",
    "WeeklyHours",
    "Years",
]
