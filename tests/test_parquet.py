"""Rows as Parquet: nested, typed, and the same values as the JSON lines."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any, Literal, get_origin
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from pydantic import BaseModel

from extract.errors import InputError
from extract.output import PartFile, Row, json_lines, parquet_rows
from extract.output import parquet as module
from extract.posting import Posting
from extract.record import Record
from extract.values import Location, Salary
from tests.records import FAILURE, any_postings, record, written


def stored(*rows: Row, schema: type[BaseModel] = Posting) -> Any:
    """Return the table that is read back from what is written."""
    data = io.BytesIO()
    with parquet_rows(io.TextIOWrapper(data, write_through=True), schema) as write:
        for row in rows:
            write(row)
    return pq.read_table(pa.BufferReader(data.getvalue()))


def back(row: dict[str, Any]) -> Record[Posting]:
    """Make the record again from a row of the table."""
    maps = [n for n, info in Record.model_fields.items() if get_origin(info.annotation) is dict]
    return Record[Posting].model_validate({**row, **{name: dict(row[name]) for name in maps}})


@given(any_postings())
def test_parquet_and_json_lines_hold_the_same(posting: Posting) -> None:
    """A record read from the table is the one read from its line, whatever its values."""
    given_record = record(posting, posting.title or "one")
    line = json.loads(written(json_lines, given_record))
    (row,) = stored(given_record).to_pylist()
    assert Record[Posting].model_validate(line) == back(row)


def test_values_have_their_types() -> None:
    """Dates are dates, amounts numbers, parts of values fields of structs."""
    posting = Posting(
        salary=Salary(min=16.5),
        posted_on=dt.date(2026, 2, 3),
        locations=[Location(text="Leeds", country="GB")],
    )
    kinds = stored(record(posting)).schema.field("posting").type
    assert pa.date32() == kinds.field("posted_on").type
    assert pa.float64() == kinds.field("salary").type.field("min").type
    assert pa.string() == kinds.field("locations").type.value_type.field("country").type


def test_a_failure_fills_its_own_columns() -> None:
    """Why a document failed stands beside the records, with null for what it does not have."""
    first, second = stored(record(Posting(title="Cook")), FAILURE).to_pylist()
    assert (None, "Cook") == (first["error"], first["posting"]["title"])
    told = {name: value for name, value in second.items() if value is not None}
    assert FAILURE.model_dump() == told


def test_a_schema_of_ones_own_is_nested_too() -> None:
    """Types without a counterpart become JSON text; what is too large for a column is null."""

    class Berth(BaseModel):
        crew: int = 0
        rank: Literal["mate", "master"] | None = None
        flags: dict[str, int] = {}
        either: int | str | None = None
        pair: tuple[int, str] | None = None
        joined: dt.datetime | None = None

    full = Berth(
        crew=3, rank="mate", flags={"a": 1}, either="x", pair=(1, "b"),
        joined=dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
    )  # fmt: skip
    rows = stored(record(full), record(Berth(crew=2**70)), schema=Berth).to_pylist()
    expected = {
        "crew": 3, "rank": "mate", "flags": [("a", 1)], "either": '"x"', "pair": '[1,"b"]',
        "joined": dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
    }  # fmt: skip
    assert expected == rows[0]["posting"]
    assert rows[1]["posting"]["crew"] is None


def test_groups_are_written_on_the_way(tmp_path: Path) -> None:
    """Memory holds one group of rows, and the file keeps their order."""
    target = tmp_path / "out.parquet"
    part = PartFile(target)
    with mock.patch.object(module, "_GROUP", 1), parquet_rows(part.stream, Posting) as write:
        for number in range(200):
            write(record(Posting(), str(number)))
    part.close(rows=200, complete=True)
    with pq.ParquetFile(target) as file:
        assert [64, 64, 64, 8] == [file.metadata.row_group(at).num_rows for at in range(4)]
        assert [str(number) for number in range(200)] == file.read(["id"])["id"].to_pylist()


@pytest.mark.parametrize("rows", [0, 1, 70])
def test_a_cut_run_leaves_a_file_that_can_be_read(tmp_path: Path, rows: int) -> None:
    """An interrupt closes the file with all rows that were written."""
    target = tmp_path / "out.parquet"
    part = PartFile(target)

    def cut() -> None:
        with parquet_rows(part.stream, Posting) as write:
            for _ in range(rows):
                write(FAILURE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut()
    part.close(rows=1, complete=False)
    assert rows == pq.read_table(target).num_rows


def test_without_pyarrow_it_says_how_to_get_it() -> None:
    """Known when the file is opened, before anything is paid for."""
    hidden = mock.patch.dict("sys.modules", {"pyarrow": None, "pyarrow.parquet": None})
    with hidden, pytest.raises(InputError, match=r"pip install 'postings\[parquet\]'"):
        stored(FAILURE)
