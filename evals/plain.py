"""Plain instructor, as one writes it in an afternoon: one Pydantic model, JSON mode, one call.

The system that ours is measured against. It sees the same visible text, without line numbers,
and is asked for the same fields without the three long lists.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

import instructor
import openai
from instructor.core.exceptions import IncompleteOutputException, InstructorRetryException
from pydantic import BaseModel

from extract.model import Model
from extract.values import Document, Usage

__all__ = ["PlainPosting", "PlainReading", "PlainSystem"]


class PlainLocation(BaseModel):
    """A place of work."""

    city: str | None = None
    region: str | None = None
    country: str | None = None


class PlainSalary(BaseModel):
    """The pay."""

    min: float | None = None
    max: float | None = None
    currency: str | None = None
    period: Literal["hour", "day", "week", "month", "year"] | None = None


class PlainPosting(BaseModel):
    """A job posting."""

    is_posting: bool
    title: str | None = None
    company: str | None = None
    locations: list[PlainLocation] = []
    workplace: Literal["onsite", "remote", "hybrid"] | None = None
    employment_types: list[
        Literal[
            "full_time",
            "part_time",
            "contract",
            "temporary",
            "internship",
            "apprenticeship",
            "volunteer",
            "per_diem",
        ]
    ] = []
    seniority: (
        Literal["intern", "entry", "mid", "senior", "lead", "manager", "director", "executive"]
        | None
    ) = None
    salary: PlainSalary | None = None
    experience_years_min: float | None = None
    experience_years_max: float | None = None
    education: (
        Literal["none", "high_school", "associate", "bachelor", "master", "doctorate"] | None
    ) = None
    education_required: bool | None = None
    job_ids: list[str] = []
    languages: list[str] = []
    skills: list[str] = []
    certifications: list[str] = []
    posted_on: str | None = None
    closes_on: str | None = None
    starts_on: str | None = None


@dataclass(frozen=True, slots=True)
class PlainReading:
    """What came back: None where the answer was cut off or not of the model."""

    posting: PlainPosting | None
    usage: Usage
    seconds: float


class PlainSystem:
    """Plain instructor on one model; one attempt, no retries."""

    def __init__(self, model: Model) -> None:
        self.model = model
        client = openai.OpenAI(
            base_url=model.base_url,
            api_key=model.api_key if isinstance(model.api_key, str) else None,
            timeout=model.timeout,
            max_retries=0,
        )
        self._client = instructor.from_openai(client, mode=instructor.Mode.JSON)

    def read(self, document: Document) -> PlainReading:
        """Ask for the whole posting at once."""
        started = time.monotonic()
        posting: PlainPosting | None = None
        try:
            posting, completion = self._client.chat.completions.create_with_completion(
                model=self.model.name,
                messages=[
                    {"role": "system", "content": "Extract the job posting from the text."},
                    {"role": "user", "content": document.text},
                ],
                response_model=PlainPosting,
                max_retries=0,
                max_tokens=self.model.answer_limit,
                temperature=0.0,
            )
        except (IncompleteOutputException, InstructorRetryException) as error:
            completion = error.last_completion
        spent = completion.usage if completion is not None else None
        usage = Usage(spent.prompt_tokens, spent.completion_tokens, 0, 1) if spent else Usage()
        return PlainReading(posting, usage, time.monotonic() - started)
