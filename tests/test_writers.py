"""Rows written to streams: JSON that survives any text, and CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.output import FORMATS, PartFile, Row, csv_rows, json_array, json_lines
from extract.posting import Posting
from extract.values import Contract, Education, Hours, Location, Requirement, Salary
from tests.records import FAILURE, any_postings, record, written

HOSTILE = 'a "b"\nc\x00d\u2028e\x85f\ud83e,;\x1b[31m'


def cells(*rows: Row) -> list[dict[str, str]]:
    """Return the rows as a reader of CSV sees them."""
    return list(csv.DictReader(io.StringIO(written(csv_rows, *rows), newline="")))


def test_a_record_is_one_line_with_its_keys_in_order() -> None:
    """A record's line has the documented keys, values and evidence."""
    line = json.loads(written(json_lines, record(Posting(title="Cook"))))
    assert list(line) == [
        "id", "source", "is_posting", "posting", "evidence", "states", "notes", "basis",
        "confidence", "provenance",
    ]  # fmt: skip
    assert line["posting"]["title"] == "Cook"
    assert line["evidence"]["title"] == [{"start": 0, "end": 4, "quote": "Cook"}]
    assert line["provenance"]["usage"] == {
        "prompt": 1200, "completion": 80, "cached": 0, "calls": 1,
    }  # fmt: skip


def test_a_failure_is_one_line() -> None:
    """A failure's line says what went wrong and what it cost."""
    line = json.loads(written(json_lines, FAILURE))
    assert list(line) == ["id", "source", "error", "message", "usage"]
    assert line["error"] == "InputError"


def test_hostile_text_stays_on_its_line() -> None:
    """Quotes, line breaks of every kind, NUL and lone surrogates do not break a row."""
    text = written(json_lines, record(Posting(title=HOSTILE), HOSTILE), FAILURE)
    assert len(text.splitlines()) == 2
    read = json.loads(text.splitlines()[0])
    assert read["posting"]["title"] == HOSTILE.replace("\ud83e", "\ufffd")
    assert read["id"] == HOSTILE.replace("\ud83e", "\ufffd")
    text.encode("utf-8")


@given(st.text(st.characters(), max_size=30))
def test_any_text_comes_back_from_a_line(text: str) -> None:
    """What is written as JSON is read as it was."""
    line = written(json_lines, record(Posting(title=text)))
    assert len(line.splitlines()) == 1
    expected = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    assert json.loads(line.encode("utf-8"))["posting"]["title"] == expected


@pytest.mark.parametrize("rows", [(), (FAILURE,), (FAILURE, record(Posting()))])
def test_a_json_file_is_one_array(rows: tuple[Row, ...]) -> None:
    """The `.json` format is valid JSON, whatever the number of rows."""
    assert len(json.loads(written(json_array, *rows))) == len(rows)


def test_a_json_array_is_closed_when_the_run_is_cut() -> None:
    """An interrupt leaves valid JSON behind."""
    stream = io.StringIO()

    def cut() -> None:
        with json_array(stream, Posting) as write:
            write(FAILURE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut()
    assert [row["id"] for row in json.loads(stream.getvalue())] == ["bad"]


def test_a_spreadsheet_row_is_flat() -> None:
    """Values with parts have a column for each; items of lists are joined in step."""
    posting = Posting(
        title="Cook",
        salary=Salary(min=16, max=17.25, currency="USD", period="hour"),
        education=Education(level="bachelor", required=False),
        locations=[Location(text="Leeds, UK", city="Leeds", country="GB"), Location(text="York")],
        requirements=[Requirement(text="a", required=True), Requirement(text="b")],
        benefits=["meals", "parking"],
    )
    row = cells(record(posting))[0]
    expected = {
        "id": "one",
        "is_posting": "true",
        "title": "Cook",
        "salary.min": "16",
        "salary.max": "17.25",
        "salary.currency": "USD",
        "education.required": "false",
        "locations.text": "Leeds, UK | York",
        "locations.city": "Leeds | ",
        "locations.region": "",
        "requirements.required": "true | ",
        "benefits": "meals | parking",
        "experience_years.min": "",
        "conflicting": "title",
        "unsupported": "salary",
        "seconds": "12.5",
        "prompt_tokens": "1200",
        "error": "",
    }
    assert expected == {name: row[name] for name in expected}


def test_a_failure_has_its_columns() -> None:
    """A failure fills its own columns of the same header and no other."""
    row = cells(record(Posting(title="Cook")), FAILURE)[1]
    told = {name: value for name, value in row.items() if value not in ("", "0")}
    expected = {
        "id": "bad", "source": "rows.jsonl:2", "error": "InputError", "message": "no text",
    }  # fmt: skip
    assert expected == told


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "﹢", "\u200b=", "\ufeff@"]
)
def test_formulas_are_defused(start: str) -> None:
    """Text that a spreadsheet would run gets an apostrophe, in lists too."""
    row = cells(record(Posting(title=f"{start}1+1", benefits=[f"{start}1+1", "b"])))[0]
    assert row["title"] == f"'{start}1+1"
    assert row["benefits"] == f"'{start}1+1 | b"


def test_numbers_are_not_defused() -> None:
    """A negative number is a number, not a formula."""
    row = cells(record(Posting(salary=Salary(min=-5, max=-0.5))))[0]
    assert (row["salary.min"], row["salary.max"]) == ("-5", "-0.5")


def test_a_formula_behind_a_semicolon_is_defused() -> None:
    """Where the list separator is a semicolon, a new cell begins there, quotes or not."""
    row = cells(record(Posting(title='Cook; =1+1;"@x\n-1', company="a; b - c")))[0]
    assert row["title"] == "Cook; '=1+1;\"'@x\n'-1"
    assert row["company"] == "a; b - c"


@given(any_postings(), st.sampled_from(",;\t"))
def test_no_cell_of_any_record_begins_a_formula(posting: Posting, delimiter: str) -> None:
    """Whatever the text, and whichever delimiter the spreadsheet cuts at."""
    text = written(csv_rows, record(posting, posting.title or "one"))
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        for cell in row:
            assert re.match(r"\s*[=+@＝＋－＠]|\s*-(?![\d.]+(e[+-]?\d+)?$)", cell) is None


@given(st.text(st.characters(), max_size=30))
def test_any_text_is_one_cell(text: str) -> None:
    """No text changes the shape of the table or leaves a NUL or a surrogate in it."""
    rows = cells(record(Posting(title=text, benefits=[text]), text), FAILURE)
    assert len(rows) == 2
    assert rows[1]["id"] == "bad"
    assert not {"\x00", "\x1b"} & set(rows[0]["title"])
    rows[0]["title"].encode("utf-8")


def test_each_row_is_flushed() -> None:
    """A row is on its way before the next one is written."""

    class Stream(io.StringIO):
        flushed = 0

        def flush(self) -> None:
            self.flushed = len(self.getvalue())

    for suffix in (".jsonl", ".json", ".csv", ".jsonld"):
        stream = Stream()
        with FORMATS[suffix](stream, Posting) as write:
            write(record(Posting(title="Cook")))
            assert stream.flushed == len(stream.getvalue()) > 0


def test_a_file_takes_its_name_when_it_is_complete(tmp_path: Path) -> None:
    """Rows stand beside the file until the run is over, then replace it."""
    target = tmp_path / "out.jsonl"
    target.write_text("old")
    part = PartFile(target)
    part.stream.write("new")
    assert target.read_text() == "old"
    assert part.close(rows=1, complete=True) == target
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_cut_run_does_not_replace_an_earlier_file(tmp_path: Path) -> None:
    """What was complete stays; the rows of the cut run stand beside it."""
    target = tmp_path / "out.jsonl"
    target.write_text("old")
    part = PartFile(target)
    part.stream.write("new")
    kept = part.close(rows=1, complete=False)
    assert kept == tmp_path / "out.jsonl.part"
    assert (kept.read_text(), target.read_text()) == ("new", "old")


def test_a_cut_run_keeps_its_rows_under_a_free_name(tmp_path: Path) -> None:
    """Without an earlier file the rows are where they were asked for."""
    part = PartFile(tmp_path / "out.jsonl")
    part.stream.write("new")
    assert part.close(rows=1, complete=False) == tmp_path / "out.jsonl"


def test_a_cut_run_without_rows_leaves_nothing(tmp_path: Path) -> None:
    """No empty file is left behind."""
    assert PartFile(tmp_path / "out.jsonl").close(rows=0, complete=False) is None
    assert list(tmp_path.iterdir()) == []


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The file behind a symbolic link is replaced, not the link."""
    target, link = tmp_path / "real.jsonl", tmp_path / "link.jsonl"
    target.write_text("old")
    link.symlink_to(target)
    part = PartFile(link)
    part.stream.write("new")
    part.close(rows=1, complete=True)
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_rows_of_another_run_are_never_written_over(tmp_path: Path) -> None:
    """Two runs at once have a file each; what a killed run left beside its file stays."""
    target = tmp_path / "out.jsonl"
    killed, second = PartFile(target), PartFile(target)
    killed.stream.write("first")
    killed.stream.close()
    second.stream.write("second")
    second.close(rows=1, complete=True)
    assert target.read_text() == "second"
    assert (tmp_path / "out.jsonl.part").read_text() == "first"


def test_it_says_that_a_file_will_be_replaced(tmp_path: Path) -> None:
    """Known at the start, so that a person can be told before it is paid for."""
    target = tmp_path / "out.jsonl"
    first = PartFile(target)
    first.stream.write("old")
    first.close(rows=1, complete=True)
    second = PartFile(target)
    second.close(rows=0, complete=False)
    assert (first.replaces, second.replaces) == (False, True)


def test_a_file_whose_end_cannot_be_written_does_not_take_the_name(tmp_path: Path) -> None:
    """A full disk at the last moment: half a file never passes for a whole one."""
    target = tmp_path / "out.jsonl"
    part = PartFile(target)
    part.stream.close()
    part.stream = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115 - the part closes it
    part.stream.write("row")
    with pytest.raises(OSError, match="No space"):
        part.close(rows=1, complete=True)
    assert not target.exists()


@pytest.mark.parametrize("place", ["missing/out.jsonl", "file/out.jsonl", "folder"])
def test_a_place_that_cannot_be_written_is_refused_at_once(tmp_path: Path, place: str) -> None:
    """A missing directory, a file as a directory, a directory as a file."""
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=r"No such file|Not a directory|Is a directory"):
        PartFile(tmp_path / place)


def test_a_cut_run_whose_end_cannot_be_written_stays_beside_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was full in the middle: what is there ends anywhere, and is no file to read."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    part = PartFile(tmp_path / "rows.jsonl")
    part.stream.write('{"id": ')
    monkeypatch.setattr("os.fsync", full)
    assert tmp_path / "rows.jsonl.part" == part.close(rows=1, complete=False)
    assert not (tmp_path / "rows.jsonl").exists()


def test_columns_that_came_later_stand_behind_the_others() -> None:
    """Who reads the earlier ones by their position finds them there."""
    posting = Posting(
        salary=Salary(min=20, gross=True),
        benefits=["a mill"],
        contract=Contract(type="fixed_term", months=6),
        hours_per_week=Hours(min=20, max=30),
        remote_from=["Spain", "EU"],
    )
    (row,) = cells(record(posting))
    names = list(row)
    first = names.index("benefits") + 1
    assert [
        "contract.type",
        "contract.months",
        "hours_per_week.min",
        "hours_per_week.max",
        "remote_from",
        "salary.gross",
        "conflicting",
    ] == names[first : first + 7]
    assert ["fixed_term", "6", "20", "30", "Spain | EU", "true"] == [
        row[name] for name in names[first : first + 6]
    ]
    assert names.index("salary.period") + 1 == names.index("experience_years.min")
