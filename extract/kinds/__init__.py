"""Field kinds: how each sort of value is proposed, read from a quote, settled and compared."""

from extract.kinds.certificates import Certificates
from extract.kinds.choice import Choice
from extract.kinds.codes import Codes
from extract.kinds.company import Company
from extract.kinds.contract.contract_kind import ContractTerm
from extract.kinds.dates.date_kind import Date
from extract.kinds.group import Group, Variants, members
from extract.kinds.hours.hours_kind import WeeklyHours
from extract.kinds.job_families import JobFamilies
from extract.kinds.kind import AskedField, Finding, JsonSchema, Kind, RefutedError, Settled, Shape
from extract.kinds.languages import Languages
from extract.kinds.line_lists import Lines, Requirements
from extract.kinds.pay.pay_kind import Pay
from extract.kinds.phrase import Phrase, Phrases
from extract.kinds.places.place_kind import Place
from extract.kinds.plain_values import Flag, Moment, Number, OneOf
from extract.kinds.remote import RemoteFrom
from extract.kinds.schooling import Schooling
from extract.kinds.skills.skills_kind import Skills
from extract.kinds.title import Title
from extract.kinds.years.years_kind import Years

__all__ = [
    "AskedField",
    "Certificates",
    "Choice",
    "Codes",
    "Company",
    "ContractTerm",
    "Date",
    "Finding",
    "Flag",
    "Group",
    "JobFamilies",
    "JsonSchema",
    "Kind",
    "Languages",
    "Lines",
    "Moment",
    "Number",
    "OneOf",
    "Pay",
    "Phrase",
    "Phrases",
    "Place",
    "RefutedError",
    "RemoteFrom",
    "Requirements",
    "Schooling",
    "Settled",
    "Shape",
    "Skills",
    "Title",
    "Variants",
    "WeeklyHours",
    "Years",
    "members",
]
