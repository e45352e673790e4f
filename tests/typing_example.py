"""What a type checker must understand of the interface: checked, never run."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, assert_type

from pydantic import BaseModel

from extract import (
    Document,
    Education,
    Evidence,
    Experience,
    Failure,
    Location,
    Model,
    Posting,
    PostingsError,
    Record,
    Requirement,
    Salary,
    documents,
    extract,
    extract_many,
    from_bytes,
    from_text,
    read,
)
from extract.kinds import Choice, Lines, Pay


class Shift(BaseModel):
    """A shift that someone can take."""

    employer: str | None = None
    pay: Annotated[Salary | None, Pay()] = None
    where: Annotated[str | None, Choice("workplace")] = None
    tasks: Annotated[list[str], Lines(section="responsibilities")] = []


class Line(BaseModel):
    """A line of an invoice."""

    what: str
    amount: Decimal | None = None


class Invoice(BaseModel):
    """An invoice."""

    number: str
    lines: list[Line] = []


def nested() -> None:
    """Know the type of a value inside a schema of one's own."""
    record = extract("Invoice 7", Invoice)
    assert_type(record, Record[Invoice])
    assert_type(record.posting.number, str)
    assert_type(record.posting.lines[0], Line)
    assert_type(record.posting.lines[0].amount, Decimal | None)
    record.posting.lines[0].price  # type: ignore[attr-defined]  # noqa: B018 - no such field


def one() -> None:
    """Get the schema that was asked for, the built-in one by default."""
    model = Model("qwen", base_url="http://127.0.0.1:8080/v1", temperature=None)
    assert_type(extract("Baker wanted"), Record[Posting])
    assert_type(extract(b"Baker wanted"), Record[Posting])
    assert_type(extract(Path("baker.txt"), model="gpt-5-mini"), Record[Posting])
    assert_type(extract(from_text("Baker"), model=model, prompt="reading-1"), Record[Posting])
    assert_type(extract("Baker wanted", Shift), Record[Shift])
    assert_type(extract(read("baker.txt"), Shift, model=model).posting.pay, Salary | None)
    assert_type(extract(from_bytes(b"Baker"), Shift, prompt=Path("my.toml")), Record[Shift])


def fields(record: Record[Posting]) -> None:
    """Tell the types of a posting's values, and what may be absent."""
    posting = record.posting
    assert_type(posting.title, str | None)
    assert_type(posting.locations, list[Location])
    assert_type(posting.salary, Salary | None)
    assert_type(posting.experience_years, Experience | None)
    assert_type(posting.education, Education | None)
    assert_type(posting.requirements, list[Requirement])
    assert_type(record.evidence, dict[str, list[Evidence]])
    posting.salary.min  # type: ignore[union-attr]  # noqa: B018 - may be None
    record.posting.wage  # type: ignore[attr-defined]  # noqa: B018 - no such field


async def many(paths: list[str]) -> tuple[list[Record[Posting]], list[Failure]]:
    """Tell records from failures by their type."""
    records: list[Record[Posting]] = []
    failures: list[Failure] = []
    async for row in extract_many(documents(paths), concurrency=8):
        if isinstance(row, Failure):
            failures.append(row)
        else:
            records.append(row)
    return records, failures


def wrong() -> None:
    """Refuse what cannot work before it is run."""
    extract(7)  # type: ignore[call-overload]
    extract("Baker", str)  # type: ignore[type-var]
    extract("Baker", Shift, "gpt-5-mini")  # type: ignore[call-overload]
    Model()  # type: ignore[call-arg]
    try:
        document: Document = read(Path("baker.txt"))
    except PostingsError as error:
        assert_type(error, PostingsError)
    else:
        document.text = ""  # type: ignore[misc]
