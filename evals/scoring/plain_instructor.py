"""Plain instructor, as one writes it in an afternoon: one Pydantic model, JSON mode, one call.

The system that ours is measured against. It sees the same visible text, without line numbers,
and is asked for the same fields without the three long lists. For a schema of one's own it is asked
for the user's own model, with `is_posting` added.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import httpx2
import instructor
from pydantic import BaseModel, create_model

from extract.asking.schema import IS_POSTING, schema_of
from extract.models.call_errors import mapped, usage_of
from extract.models.client import Model, connected
from extract.posting import Posting
from extract.values import Document, Usage

__all__ = ["PlainPosting", "PlainReading", "PlainSystem", "answer_of", "task_of"]


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
    gross: bool | None = None


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
    job_families: list[str] = []
    contract: Literal["permanent", "fixed_term"] | None = None
    contract_months: float | None = None
    hours_per_week_min: float | None = None
    hours_per_week_max: float | None = None
    remote_from: list[str] = []


@dataclass(frozen=True, slots=True)
class PlainReading:
    """What came back, and what it cost."""

    posting: BaseModel
    usage: Usage
    seconds: float

    @property
    def is_posting(self) -> bool:
        """Whether the document is what the schema is of."""
        return bool(getattr(self.posting, IS_POSTING))


class PlainSystem:
    """Plain instructor on one model; one attempt, no retries. Close it when done."""

    def __init__(
        self,
        model: Model,
        schema: type[BaseModel] = Posting,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.model = model
        self.answer = answer_of(schema)
        self.task = task_of(schema)
        self._openai = connected(model, transport)
        self._client = instructor.from_openai(self._openai, mode=instructor.Mode.JSON)
        self._sampling = _sampling(model)

    async def close(self) -> None:
        """Close the connections."""
        await self._openai.close()

    async def read(self, document: Document) -> PlainReading:
        """Ask for the whole posting at once. Raises a ModelError where no posting came."""
        started = time.monotonic()
        handled = sys.exception()
        try:
            posting, completion = await self._client.chat.completions.create_with_completion(
                model=self.model.name,
                messages=[
                    {"role": "system", "content": self.task},
                    {"role": "user", "content": document.text},
                ],
                response_model=self.answer,
                max_retries=0,
                **self._sampling,
            )
        except Exception as error:
            raise mapped(error, self.model.where, self.model.answer_limit, handled) from error
        return PlainReading(posting, usage_of(completion), time.monotonic() - started)


def _sampling(model: Model) -> dict[str, Any]:
    """Return what is sent beside the question: what whoever reads the documentation would send."""
    dialect = model.dialect
    wanted = {
        dialect.limit: dialect.allowed(model.answer_limit, model.reasoning_effort),
        "temperature": model.temperature,
        "reasoning_effort": model.reasoning_effort,
    }
    return {
        name: value
        for name, value in wanted.items()
        if value is not None and name not in dialect.left_out
    }


@cache
def answer_of(schema: type[BaseModel]) -> type[BaseModel]:
    """Return the model that is asked: the user's own, and whether the document is one.

    >>> class Recipe(BaseModel):
    ...     serves: int | None = None
    >>> list(answer_of(Recipe).model_fields)
    ['serves', 'is_posting']
    """
    if schema is Posting:
        return PlainPosting
    asked: dict[str, Any] = {IS_POSTING: (bool, ...)}
    made: type[BaseModel] = create_model(schema.__name__, __base__=schema, **asked)
    made.__doc__ = schema.__doc__
    return made


def task_of(schema: type[BaseModel]) -> str:
    """Return the system message."""
    if schema is Posting:
        return "Extract the job posting from the text."
    return (
        f"Extract the data from the text. {IS_POSTING}: true if the text is this: "
        f"{schema_of(schema).subject}."
    )
