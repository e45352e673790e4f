"""Frames in, frames out: the same kind, one schema, and a reason for each row that has none."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from pydantic import BaseModel

from extract import Model, Posting, Traffic, frames
from extract.errors import BudgetError, InputError
from extract.output import json_lines
from extract.output.arrow_rows import ArrowRows, rows_of
from extract.record import Failure, Record
from extract.sources.frame_rows import FrameRows
from tests.records import FAILURE, any_postings, record, written
from tests.server import Server, shown

pytestmark = pytest.mark.usefixtures("here", "at_once")

TEXTS = ["Cook wanted\nJob 0.", "Baker wanted\nJob 1."]


def model(server: Server) -> Model:
    """Return the model that a server serves."""
    return Model("simple", server.base_url, "none", reading="closed")


def kinds() -> list[Any]:
    """Return what makes a frame of columns, for each library that is installed."""
    made = [pytest.param(pa.table, id="arrow")]
    for name in ("pandas", "polars"):
        try:
            library = __import__(name)
        except ImportError:
            skipped = pytest.mark.skip(reason=f"{name} is not installed")
            made.append(pytest.param(None, id=name, marks=skipped))
        else:
            made.append(pytest.param(library.DataFrame, id=name))
    return made


def columns(frame: Any) -> dict[str, list[Any]]:
    """Return the values of a result that are easy to compare."""
    pandas = type(frame).__module__.startswith("pandas")
    table = pa.Table.from_pandas(frame) if pandas else pa.table(frame)
    return {name: table.column(name).to_pylist() for name in ("id", "error", "message", "source")}


@pytest.mark.parametrize("make", kinds())
def test_a_frame_comes_back_as_its_own_kind(make: Any, server: Server) -> None:
    """It has a row for each row, in the same order, and ids as text."""
    frame = make({"ref": [7, 8], "html": TEXTS})
    out = frames.read(frame, text="html", id="ref", model=model(server))
    assert type(out) is type(frame)
    assert ["7", "8"] == columns(out)["id"]
    assert [None, None] == columns(out)["error"]
    last = [shown(one).rpartition("Job ")[2][:2] for one in server.requests]
    assert ["0.", "1."] == sorted(last)


@pytest.mark.parametrize("make", kinds())
def test_the_columns_do_not_depend_on_the_rows(make: Any, server: Server) -> None:
    """A frame of failures, of records, or of no rows has the same types."""
    all_failed = frames.read(make({"text": [None, ""]}), model=model(server))
    both = frames.read(make({"text": [TEXTS[0], None]}), model=model(server))
    none = frames.read(make({"text": TEXTS})[:0], model=model(server))
    if not isinstance(both, pa.Table):
        assert list(all_failed.dtypes) == list(both.dtypes) == list(none.dtypes)
    else:
        assert ArrowRows(Posting).schema == all_failed.schema == both.schema == none.schema


@pytest.mark.parametrize("make", kinds())
def test_the_rows_of_a_frame_are_records_again(make: Any, server: Server) -> None:
    """What was read can be had as records and failures, as `extract_many` yields them."""
    out = frames.read(make({"text": [TEXTS[0], None]}), model=model(server))
    first, second = frames.rows(out)
    assert isinstance(first, Record)
    assert isinstance(first.posting, Posting)
    assert ("1", 1280) == (first.id, first.provenance.usage.tokens)
    assert (
        Failure(
            id="2",
            source="row 2",
            error="InputError",
            message="row 2: column 'text' is null",
            usage=first.provenance.usage - first.provenance.usage,
        )
        == second
    )


@pytest.mark.parametrize("make", kinds())
def test_a_missing_column_is_named_with_those_that_exist(make: Any) -> None:
    """Before anything is asked."""
    with pytest.raises(InputError, match="no column 'text'; it has: ref, html"):
        frames.read(make({"ref": [7], "html": ["a"]}))
    with pytest.raises(InputError, match="no column 'key'; it has: ref, text"):
        frames.read(make({"ref": [7], "text": ["a"]}), id="key")


@pytest.mark.parametrize("make", kinds())
def test_a_column_without_text_is_refused(make: Any) -> None:
    """A column of numbers was meant to be another one."""
    with pytest.raises(InputError, match="column 'text' holds values of the type int, not text"):
        frames.read(make({"text": [1, 2]}))


@pytest.mark.parametrize("make", kinds())
def test_a_row_that_cannot_be_read_says_why(make: Any, server: Server) -> None:
    """Ids that are equal or null, texts that are null or empty: the others are read."""
    ids = ["a", "a", None, "d", "e"]
    texts = [TEXTS[0], TEXTS[1], TEXTS[1], None, "  "]
    out = columns(frames.read(make({"id": ids, "text": texts}), id="id", model=model(server)))
    assert ["a", "row 2", "row 3", "d", "e"] == out["id"]
    assert [
        None,
        "row 2: the id 'a' is that of row 1 too; ids must differ",
        "row 3: column 'id' is null; each row needs an id",
        "row 4: column 'text' is null",
        "row 5: holds no readable text",
    ] == out["message"]
    assert 1 == len(server.requests)


def test_values_of_other_types_fail_alone(server: Server) -> None:
    """A column of pandas can hold anything."""
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"text": [TEXTS[0], 5, ["a"], b"Cook wanted", float("nan")]})
    out = columns(frames.read(frame, model=model(server)))
    assert [
        None,
        "row 2: column 'text' holds a int, not text",
        "row 3: column 'text' holds a list, not text",
        None,
        "row 5: column 'text' is null",
    ] == out["message"]


def test_pandas_keeps_its_index_and_whole_numbers_stay_whole(server: Server) -> None:
    """A number among missing ones is a float in pandas: its id has no point."""
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"n": [11, None], "text": TEXTS}, index=["x", "y"])
    out = frames.read(frame, id="n", model=model(server))
    assert ["x", "y"] == list(out.index)
    assert "11" == out.loc["x", "id"]
    assert ["text", "error"] == list(frame.join(out[["error"]]).columns)[1:]


def test_dates_are_dates_in_every_library() -> None:
    """A date that is stored and read again is the same date, beside rows that have none."""
    posting = Posting(posted_on=dt.date(2026, 2, 3))
    table = ArrowRows(Posting)
    table.add(record(posting))
    table.add(FAILURE)
    kept = table.taken()
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    for source in (
        frames._PandasSource(pd.DataFrame({"a": [1, 2]})),
        frames._PolarsSource(pl.DataFrame()),
    ):
        row, failed = frames.rows(source.like(kept))
        assert (posting, FAILURE) == (row.posting, failed), source


def test_it_works_in_a_running_event_loop(server: Server) -> None:
    """As in a notebook."""

    async def cell() -> Any:
        return frames.read(pa.table({"text": TEXTS}), model=model(server))

    assert ["1", "2"] == asyncio.run(cell()).column("id").to_pylist()


def test_a_run_is_not_asked_again(server: Server, tmp_path: Path) -> None:
    """The folder is that of `extract_many`, so a second call only adds what is new."""
    more = {"model": model(server), "run": tmp_path / "kept"}
    frames.read(pa.table({"text": TEXTS[:1]}), **more)
    out = frames.read(pa.table({"text": TEXTS}), **more)
    assert 2 == len(server.requests)
    assert [None, None] == out.column("error").to_pylist()


def test_what_a_cap_leaves_unread_has_a_row(server: Server) -> None:
    """The rows that were paid for are not lost."""
    texts = [f"Cook wanted\nJob {n}." for n in range(6)]
    traffic = Traffic(max_total_tokens=13_000)
    more = {"model": model(server), "concurrency": 1, "traffic": traffic}
    out = frames.read(pa.table({"text": texts}), **more)
    errors = out.column("error").to_pylist()
    read = len(server.requests)
    assert 0 < read < 6
    assert [None] * read + ["BudgetError"] * (6 - read) == errors


def test_rows_stay_in_their_places_when_one_before_them_was_not_read() -> None:
    """A large text may not fit below a cap where a small one behind it does."""
    documents = list(FrameRows("text", None).documents(["Cook", "Baker", "Miller", "Brewer"], None))

    async def reading() -> AsyncGenerator[Any, None]:
        for document in (documents[0], documents[2]):
            yield record(Posting(), document.id).model_copy(update={"source": document.source})
        raise BudgetError("the cap is reached")

    table = ArrowRows(Posting)
    asyncio.run(frames._collected(documents, reading(), table))
    out = table.taken()
    assert ["1", "2", "3", "4"] == out.column("id").to_pylist()
    assert [None, "BudgetError", None, "BudgetError"] == out.column("error").to_pylist()


@pytest.mark.parametrize(
    ("frame", "words"),
    [(["a"], "a builtins list is not a table"), ({"text": ["a"]}, "a builtins dict")],
)
def test_what_is_no_frame_is_named(frame: Any, words: str) -> None:
    """A list of texts is what `extract_many` takes."""
    with pytest.raises(InputError, match=words):
        frames.read(frame)


def test_a_lazy_frame_must_be_collected() -> None:
    """Nothing is read behind the caller's back."""
    pl = pytest.importorskip("polars")
    with pytest.raises(InputError, match=r"collect\(\) it first"):
        frames.read(pl.LazyFrame({"text": ["a"]}))


def test_a_foreign_frame_has_no_rows() -> None:
    """Columns of another type, or other columns, are named."""
    with pytest.raises(InputError, match="no column 'id'"):
        list(frames.rows(pa.table({"a": [1]})))
    table = ArrowRows(Posting)
    table.add(FAILURE)
    wrong = table.taken()
    wrong = wrong.set_column(0, "id", pa.array([["x"]]))
    with pytest.raises(InputError, match="does not hold rows of Posting"):
        list(frames.rows(wrong))


@given(any_postings())
def test_rows_come_back_from_columns(posting: Posting) -> None:
    """A table's rows are written like the records that went in, whatever their values."""
    table = ArrowRows(Posting)
    table.add(record(posting))
    (back,) = rows_of(table.taken(), Posting)
    assert written(json_lines, record(posting)) == written(json_lines, back)


def test_own_types_come_back_too() -> None:
    """Maps, JSON text and tuples of a schema of one's own."""

    class Berth(BaseModel):
        flags: dict[str, int] = {}
        either: int | str | None = None
        pair: tuple[int, str] | None = None
        days: list[dt.date | None] = []

    full = Berth(flags={"a": 1}, either="x", pair=(1, "b"), days=[dt.date(2026, 1, 2), None])
    table = ArrowRows(Berth)
    table.add(record(full))
    (back,) = rows_of(table.taken(), Berth)
    assert isinstance(back, Record)
    assert full == back.posting
