"""The built-in schema: the fields of a job posting.

Every field is optional: a value the text does not state is None or an empty list. The model reads
a field's description; its kind proposes, reads and scores the answer.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from extract.kinds import (
    Certificates,
    Choice,
    Codes,
    Company,
    ContractTerm,
    Date,
    JobFamilies,
    Languages,
    Lines,
    Pay,
    Place,
    RemoteFrom,
    Requirements,
    Schooling,
    Skills,
    Title,
    WeeklyHours,
    Years,
)
from extract.reading.advert import likelihood
from extract.reading.job_titles import with_title
from extract.values import (
    Contract,
    Document,
    Education,
    Experience,
    Hours,
    Location,
    Requirement,
    Salary,
)

Workplace = Literal["onsite", "remote", "hybrid"]
EmploymentType = Literal[
    "full_time",
    "part_time",
    "contract",
    "temporary",
    "internship",
    "apprenticeship",
    "volunteer",
    "per_diem",
]
Seniority = Literal["intern", "entry", "mid", "senior", "lead", "manager", "director", "executive"]


class Posting(BaseModel):
    """An advertised opening that people can apply for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str | None, Title()] = Field(
        default=None,
        description="the job title as advertised; each other wording of it in the headline",
    )
    company: Annotated[str | None, Company()] = Field(
        default=None, description="name of the employer, or of the agency that posts"
    )
    locations: Annotated[list[Location], Place()] = Field(
        default=[], description="places where the work is done, not other offices"
    )
    workplace: Annotated[Workplace | None, Choice("workplace")] = Field(
        default=None, description="words that say on site, remote or hybrid"
    )
    employment_types: Annotated[list[EmploymentType], Choice("employment_types", many=True)] = (
        Field(default=[], description="words on the kind of contract or hours of this job")
    )
    seniority: Annotated[Seniority | None, Choice("seniority", near="title")] = Field(
        default=None, description="words that give the level of this job"
    )
    salary: Annotated[Salary | None, Pay()] = Field(
        default=None, description="pay of this job; not bonuses, benefits or turnover"
    )
    experience_years: Annotated[Experience | None, Years()] = Field(
        default=None, description="years of experience asked for overall"
    )
    education: Annotated[Education | None, Schooling()] = Field(
        default=None, description="degrees or schooling asked for"
    )
    job_ids: Annotated[list[str], Codes()] = Field(
        default=[], description="requisition or vacancy numbers of this job"
    )
    languages: Annotated[list[str], Languages()] = Field(
        default=[], description="human languages asked for"
    )
    posted_on: Annotated[dt.date | None, Date("posted")] = Field(
        default=None, description="when the posting was published"
    )
    closes_on: Annotated[dt.date | None, Date("closes")] = Field(
        default=None, description="last day to apply"
    )
    starts_on: Annotated[dt.date | None, Date("starts")] = Field(
        default=None, description="when the job begins"
    )
    job_families: Annotated[list[str], JobFamilies(cue="job_families", most=5)] = Field(
        default=[], description="occupational category or department of the job, if labelled"
    )
    certifications: Annotated[list[str], Certificates(cue="certifications", most=10)] = Field(
        default=[], description="licences and certificates asked for"
    )
    skills: Annotated[list[str], Skills()] = Field(
        default=[],
        description="tools, technologies, methods and subjects to master; no soft skills",
    )
    responsibilities: Annotated[list[str], Lines(section="responsibilities")] = Field(
        default=[], description="lines that say what the person will do"
    )
    requirements: Annotated[list[Requirement], Requirements(section="requirements")] = Field(
        default=[], description="lines that say what the person must or should bring"
    )
    benefits: Annotated[list[str], Lines(section="benefits")] = Field(
        default=[],
        description="lines that say what is offered: pay extras, leave, insurance, training",
    )
    contract: Annotated[Contract | None, ContractTerm()] = Field(
        default=None, description="whether the job is permanent or for a fixed term, and how long"
    )
    hours_per_week: Annotated[Hours | None, WeeklyHours()] = Field(
        default=None, description="hours of work a week in this job"
    )
    remote_from: Annotated[list[str], RemoteFrom()] = Field(
        default=[], description="countries or regions from which remote work is allowed"
    )

    def fits(self, document: Document) -> float:
        """Return how likely the document advertises an opening, as far as code can see.

        A title that does not read like that of a job speaks against it.
        """
        return with_title(likelihood(document), self.title)
