"""Turn records into schema.org JobPosting objects, in the words that job search engines read.

An object says only what the record states; no property is derived from a field of other meaning.
The vocabulary is schema.org's (https://schema.org/JobPosting); where it leaves the values open,
they are those that Google's documentation of JobPosting lists.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, TypeVar

from pydantic import BaseModel

from extract.kinds.places.gazetteer import country, regions
from extract.record import Record
from extract.values import (
    Contract,
    Education,
    Experience,
    Hours,
    Location,
    Requirement,
    Salary,
)

__all__ = ["job_posting", "missing"]

T = TypeVar("T")
_Object = dict[str, Any]

_TYPES = {
    "full_time": "FULL_TIME",
    "part_time": "PART_TIME",
    "contract": "CONTRACTOR",
    "temporary": "TEMPORARY",
    "internship": "INTERN",
    "apprenticeship": "OTHER",
    "volunteer": "VOLUNTEER",
    "per_diem": "PER_DIEM",
}
_TRAINING = frozenset({"internship", "apprenticeship"})
_DEGREES = {
    "high_school": "high school",
    "associate": "associate degree",
    "bachelor": "bachelor degree",
    "master": "postgraduate degree",
    "doctorate": "postgraduate degree",
}
_NONE_NEEDED = "no requirements"
_REQUIRED = ("title", "description", "datePosted", "hiringOrganization", "jobLocation")
_COUNTRY = "jobLocation.address.addressCountry"
_EXACT = 2**53


def job_posting(record: Record[Any]) -> _Object:
    """Return a record's posting as a JobPosting; a field of another type than ours is left out."""
    posting = record.posting
    company = _one(posting, "company", str)
    organization = {"@type": "Organization", "name": company} if company else None
    requirements = [one for one in _many(posting, "requirements", Requirement) if one.text]
    qualifications = [one.text for one in requirements if one.required is not False]
    remote = _one(posting, "workplace", str) == "remote"
    places = [one for one in _many(posting, "locations", Location) if one.text]
    areas = [place for place in places if remote and not place.city and _area(place)]
    allowed = [_named_area(name) for name in _many(posting, "remote_from", str) if remote]
    allowed += [area for area in map(_area, areas) if area and area not in allowed]
    return {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        **_stated(
            title=_one(posting, "title", str),
            description=_description(posting),
            hiringOrganization=organization,
            jobLocation=_few([_place(one) for one in places if one not in areas]),
            jobLocationType="TELECOMMUTE" if remote else None,
            applicantLocationRequirements=_few(allowed),
            employmentType=_few(_employment(posting)),
            workHours=_hours(_one(posting, "hours_per_week", Hours)),
            baseSalary=_salary(_one(posting, "salary", Salary)),
            datePosted=_day(posting, "posted_on"),
            validThrough=_day(posting, "closes_on"),
            jobStartDate=_day(posting, "starts_on"),
            identifier=_few([_number_of(one, company) for one in _many(posting, "job_ids", str)]),
            experienceRequirements=_experience(_one(posting, "experience_years", Experience)),
            educationRequirements=_education(_one(posting, "education", Education)),
            qualifications=[*qualifications, *_many(posting, "certifications", str)],
            skills=_many(posting, "skills", str),
            responsibilities=_many(posting, "responsibilities", str),
            jobBenefits=_many(posting, "benefits", str),
            occupationalCategory=_many(posting, "job_families", str),
        ),
    }


def missing(made: Mapping[str, Any]) -> list[str]:
    """Return the properties that Google's job search requires and a JobPosting lacks.

    >>> missing({"title": "Cook", "jobLocationType": "TELECOMMUTE"})
    ['description', 'datePosted', 'hiringOrganization', 'jobLocation']
    """
    anywhere = made.get("jobLocationType") and made.get("applicantLocationRequirements")
    lacking = [n for n in _REQUIRED if n not in made and not (n == "jobLocation" and anywhere)]
    places = made.get("jobLocation", [])
    for place in places if isinstance(places, list) else [places]:
        if "addressCountry" not in place["address"]:
            return [*lacking, _COUNTRY]
    return lacking


def _description(posting: BaseModel) -> str:
    """Return the lines of the record as HTML: the rest of the text is not part of it."""
    lists = (
        _many(posting, "responsibilities", str),
        [one.text for one in _many(posting, "requirements", Requirement) if one.text],
        _many(posting, "benefits", str),
    )
    return "".join(
        "<ul>" + "".join(f"<li>{escape(line, quote=False)}</li>" for line in lines) + "</ul>"
        for lines in lists
        if lines
    )


def _place(place: Location) -> _Object:
    address = _stated(
        addressLocality=place.city, addressRegion=place.region, addressCountry=place.country
    )
    address = address or {"name": place.text}
    return {
        "@type": "Place",
        "name": place.text,
        "address": {"@type": "PostalAddress", **address},
    }


def _area(place: Location) -> _Object | None:
    """Return the country or region that a place is."""
    if place.region:
        name = ", ".join(part for part in (place.region, place.country) if part)
        return {"@type": "State", "name": name}
    return {"@type": "Country", "name": place.country} if place.country else None


def _named_area(name: str) -> _Object:
    """Return the area that a name as written stands for: a country, a region or a group."""
    if code := country(name):
        return {"@type": "Country", "name": code}
    return {"@type": "State" if regions(name) else "AdministrativeArea", "name": name}


def _employment(posting: BaseModel) -> list[str]:
    """Return the kinds of employment; a fixed term is a temporary job, but training is not."""
    named = _many(posting, "employment_types", str)
    types = [_TYPES.get(one, "OTHER") for one in named]
    contract = _one(posting, "contract", Contract)
    if contract and contract.type == "fixed_term" and _TRAINING.isdisjoint(named):
        types.append("TEMPORARY")
    return list(dict.fromkeys(types))


def _hours(hours: Hours | None) -> str | None:
    low, high = (_finite(hours.min), _finite(hours.max)) if hours else (None, None)
    if low is None and high is None:
        return None
    if low is None or high is None:
        figures = f"at least {low}" if high is None else f"up to {high}"
    else:
        figures = f"{low}" if low == high else f"{low} to {high}"
    return f"{figures} hours per week"


def _salary(salary: Salary | None) -> _Object | None:
    if salary is None or not salary.currency:
        return None
    low, high = _finite(salary.min), _finite(salary.max)
    if low is None and high is None:
        return None
    amounts = {"value": low} if low == high else {"minValue": low, "maxValue": high}
    unit = salary.period.upper() if salary.period else None
    value = {"@type": "QuantitativeValue", **_stated(**amounts, unitText=unit)}
    return {"@type": "MonetaryAmount", "currency": salary.currency, "value": value}


def _experience(years: Experience | None) -> _Object | str | None:
    least = _finite(years.min) if years else None
    if least is None or abs(least) > _EXACT:
        return None
    months = round(12 * least)
    if months <= 0:
        return _NONE_NEEDED
    return {"@type": "OccupationalExperienceRequirements", "monthsOfExperience": months}


def _education(education: Education | None) -> _Object | str | None:
    if education is None or (education.level != "none" and not education.required):
        return None
    degree = _DEGREES.get(education.level)
    if degree is None:
        return _NONE_NEEDED
    return {"@type": "EducationalOccupationalCredential", "credentialCategory": degree}


def _number_of(number: str, company: str | None) -> _Object:
    return {"@type": "PropertyValue", **_stated(name=company), "value": number}


def _day(posting: BaseModel, name: str) -> str | None:
    day = _one(posting, name, dt.date)
    return day.isoformat() if day else None


def _finite(number: float | None) -> float | int | None:
    if number is None or not math.isfinite(number):
        return None
    return int(number) if number == int(number) and abs(number) < _EXACT else number


def _one(posting: BaseModel, name: str, kind: type[T]) -> T | None:
    return next(iter(_many(posting, name, kind)), None)


def _many(posting: BaseModel, name: str, kind: type[T]) -> list[T]:
    value = getattr(posting, name, None)
    items: Iterable[Any] = value if isinstance(value, list | tuple) else [value]
    return [one for one in items if isinstance(one, kind) and one != ""]


def _few(values: list[T]) -> T | list[T]:
    return values[0] if len(values) == 1 else values


def _stated(**parts: Any) -> _Object:
    return {name: value for name, value in parts.items() if value not in (None, "", [])}
