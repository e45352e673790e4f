"""The rows that come out: other programs read their keys."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from extract.errors import (
    InputError,
    ModelError,
    PostingsError,
    RateLimitError,
    TruncationError,
)
from extract.posting import Posting
from extract.record import Evidence, Failure, Provenance, Record, failure_of
from extract.values import Location, Salary, Usage

PROVENANCE = Provenance(
    model="m",
    prompt="reading@1",
    prompt_sha256="a",
    schema_sha256="b",
    document_sha256="c",
    usage=Usage(1200, 80, 1000, 2),
    seconds=1.5,
    version="0.1.0",
)


def record(posting: BaseModel) -> Record[Any]:
    """Make a record of a posting."""
    return Record(
        id="7",
        source="jobs.jsonl:7",
        is_posting=True,
        posting=posting,
        evidence={"title": [Evidence(start=0, end=5, quote="Baker")]},
        states={"title": "stated", "salary": "not_stated"},
        notes={},
        provenance=PROVENANCE,
    )


def test_the_shape_of_a_record() -> None:
    """Keys, their order, and how the values of each are written."""
    row = json.loads(record(Posting(title="Baker")).model_dump_json())
    assert [
        "id",
        "source",
        "is_posting",
        "posting",
        "evidence",
        "states",
        "notes",
        "basis",
        "confidence",
        "provenance",
    ] == list(row)
    assert {"title": [{"start": 0, "end": 5, "quote": "Baker"}]} == row["evidence"]
    assert {"title": "stated", "salary": "not_stated"} == row["states"]
    assert {
        "model": "m",
        "prompt": "reading@1",
        "prompt_sha256": "a",
        "schema_sha256": "b",
        "document_sha256": "c",
        "usage": {"prompt": 1200, "completion": 80, "cached": 1000, "calls": 2},
        "seconds": 1.5,
        "version": "0.1.0",
        "dialect": "",
        "learned": [],
    } == row["provenance"]
    assert [*PROVENANCE.model_dump()] == list(row["provenance"])


def test_a_posting_keeps_the_order_of_its_fields() -> None:
    """And every field is there, stated or not."""
    row = json.loads(record(Posting()).model_dump_json())
    assert [*Posting.model_fields] == list(row["posting"])
    assert {None} | {()} == {None if v is None else tuple(v) for v in row["posting"].values()}


def test_the_posting_of_any_schema_is_written_whole() -> None:
    """A record declared for a general model loses none of the fields of a special one."""

    class Wide(BaseModel):
        """A job."""

        salary: Salary | None = None
        places: list[Location] = []

    filled = Wide(salary=Salary(min=15.5), places=[Location(text="Leeds")])
    row = json.loads(record(filled).model_dump_json())
    assert {
        "salary": {
            "min": 15.5,
            "max": None,
            "currency": None,
            "period": None,
            "gross": None,
        },
        "places": [{"text": "Leeds", "city": None, "region": None, "country": None}],
    } == row["posting"]


def test_a_record_comes_back_from_its_row() -> None:
    """What was written is read again as the same record."""
    made = Record[Posting].model_validate(record(Posting(title="Baker")).model_dump())
    assert made == Record[Posting].model_validate_json(made.model_dump_json())


def test_a_state_is_one_of_four() -> None:
    """Others would be read by nobody."""
    row = record(Posting()).model_dump() | {"states": {"title": "guessed"}}
    with pytest.raises(ValidationError):
        Record[Posting].model_validate(row)


def test_rows_do_not_change() -> None:
    """Neither a record nor a failure is altered after it was made."""
    with pytest.raises(ValidationError):
        record(Posting()).id = "8"
    with pytest.raises(ValidationError):
        failure_of("7", "-", InputError("no")).message = "yes"


def test_the_shape_of_a_failure() -> None:
    """Keys and their order; a fault before any call has cost nothing."""
    failure = failure_of("7", "jobs.jsonl:7", InputError("jobs.jsonl:7: holds no readable text"))
    row = json.loads(failure.model_dump_json())
    assert {
        "id": "7",
        "source": "jobs.jsonl:7",
        "error": "InputError",
        "message": "jobs.jsonl:7: holds no readable text",
        "usage": {"prompt": 0, "completion": 0, "cached": 0, "calls": 0},
    } == row
    assert ["id", "source", "error", "message", "usage"] == list(row)
    assert failure == Failure.model_validate_json(failure.model_dump_json())


@pytest.mark.parametrize(
    "error",
    [
        ModelError("no", Usage(1, 2, 0, 1)),
        TruncationError("no", Usage(1, 2, 0, 1)),
        RateLimitError("no", Usage(1, 2, 0, 1), 7.0),
    ],
)
def test_a_failed_call_keeps_what_it_cost(error: PostingsError) -> None:
    """A bill is no smaller because nothing came of it."""
    failure = failure_of("7", "-", error)
    assert (type(error).__name__, Usage(1, 2, 0, 1)) == (failure.error, failure.usage)
