"""Rows of CSV, Parquet and packed files: bad rows lose no others, and memory stays bounded."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.sources import tables
from extract.sources.columns import Columns
from extract.sources.paths import Unreadable, documents
from extract.values import Document


def found(path: Path, **given: Any) -> list[tuple[str, str]]:
    """Return the id and the text of each document, or the id and why there is none."""
    return [
        (one.id, str(one.error) if isinstance(one, Unreadable) else one.text)
        for one in documents([path], **given)
    ]


def file(folder: Path, data: str | bytes, name: str = "rows.csv") -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def parquet(folder: Path, columns: dict[str, Any], **options: Any) -> Path:
    """Write a Parquet file and return its path."""
    path = folder / "rows.parquet"
    pq.write_table(pa.table(columns), path, **options)
    return path


def test_the_columns_are_found_by_their_usual_names(tmp_path: Path) -> None:
    """Whatever their capitals; a description is a text, an address an id."""
    path = file(tmp_path, 'URL,Description,more\nu/1,"Cook, grill",x\nu/2,Baker,\n')
    assert [("u/1", "Cook, grill"), ("u/2", "Baker")] == found(path)


def test_columns_can_be_named(tmp_path: Path) -> None:
    """Several texts stand under their names, each with its own markup resolved."""
    path = file(tmp_path, "ref,title,body,text\n7,Cook,<p>Grill &amp; bake</p>,no\n8,,,no\n")
    named: dict[str, Any] = {"text_columns": ["title", "body"], "id_column": "ref"}
    first, second = found(path, **named)
    assert ("7", "title: Cook\nbody: Grill & bake") == first
    assert ("8", f"{path}:3: holds no readable text") == second


@pytest.mark.parametrize(
    ("header", "given", "fault"),
    [
        ("title,pay", {}, "has no column for the text; it has: title, pay."),
        ("text,pay", {"text_columns": ["body"]}, "has no column 'body'; it has: text, pay."),
        ("text,pay", {"id_column": "ref"}, "has no column 'ref'; it has: text, pay."),
    ],
)
def test_a_table_without_the_columns_says_which_it_has(
    tmp_path: Path, header: str, given: dict[str, Any], fault: str
) -> None:
    """One message for the file, not one for each row."""
    path = file(tmp_path, f"{header}\na,b\nc,d\n")
    ((name, message),) = found(path, **given)
    assert str(path) == name
    assert message.startswith(f"{path}: {fault}")


def test_bad_rows_of_csv_lose_no_others(tmp_path: Path) -> None:
    """Too many fields, no text, an id that is taken: each is said with its first line."""
    rows = [
        "id,text,note",
        '1,"Cook\nand grill",',
        "2,Baker, pastry, bread",
        "",
        "3,,",
        "1,Miller,",
    ]
    path = file(tmp_path, "\n".join([*rows, "4,Fryer", "5,Porter,,,"]))
    ragged = "has 4 fields where the header has 3; a text with ',' or a line break must stand"
    ragged += " in quotes"
    assert found(path) == [
        ("1", "Cook\nand grill"),
        (f"{path}:4", f"{path}:4: {ragged}"),
        ("3", f"{path}:6: holds no readable text"),
        (f"{path}:7", f"{path}:7: the id '1' occurs twice; ids must differ"),
        ("4", "Fryer"),
        ("5", "Porter"),
    ]  # fmt: skip


def test_a_quote_that_never_closes_swallows_no_rows_in_silence(tmp_path: Path) -> None:
    """The rows behind it would pass for one long posting."""
    path = file(tmp_path, 'id,text\n1,Cook\n2,"Baker\n3,Miller\n4,Fryer\n')
    fault = f"{path}:3: a quote that opens here is not closed before the end, line 5"
    assert [("1", "Cook"), (f"{path}:3", fault)] == found(path)


def test_a_row_beyond_the_limit_is_one_bad_row(tmp_path: Path) -> None:
    """Of a line without an end only the beginning is read into memory."""
    limit = mock.patch.object(tables, "LARGEST", 200_000)
    quoted = ("x" * 999 + "\n") * 300
    path = file(tmp_path, f'id,text\n1,{"x" * 300_000}\n2,{"y" * 150_000}\n3,"{quoted}"\n')
    before = csv.field_size_limit(100)
    with limit:
        (first, why), second, (third, because), *rest = found(path)
    csv.field_size_limit(before)
    assert f"{path}:2" == first
    assert "a line of more than 200,000 characters" in why
    assert f"{path}:4" == third
    assert "field larger than field limit" in because
    assert all("x" * 999 not in text for _, text in rest)
    assert ("2", "y" * 150_000) == second


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiters_and_encodings_are_recognised(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    """As spreadsheets of any country save them."""
    table = io.StringIO(newline="")
    rows = csv.writer(table, delimiter=delimiter)
    text = "Pflegekraft für die Spätschicht in Köln, 20 €; Zulage"
    rows.writerows([["id", "text"], ["ä", text], ["2", "Bäcker"]])
    path = file(tmp_path, table.getvalue().encode(encoding))
    assert [("ä", text), ("2", "Bäcker")] == found(path)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1))
def test_every_row_that_is_written_is_read(texts: list[str]) -> None:
    """Commas, quotes, line breaks of all kinds: a row in is a row out, in order."""
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerows([["id", "text"], *([f"n{at}", text] for at, text in enumerate(texts))])
    stream = io.BytesIO(table.getvalue().encode())
    opening = mock.patch.object(tables, "opened")
    with opening as opened:
        opened.return_value.__enter__.return_value = stream
        got = [row for _, row in tables.csv_rows("a.csv", "a.csv", Columns())]
    assert [{"id": f"n{at}", "text": text} for at, text in enumerate(texts)] == got


def test_csv_that_is_something_else_says_what(tmp_path: Path) -> None:
    """An office file with the wrong suffix is named, and nothing of it is read."""
    path = file(tmp_path, b"PK\x03\x04\x00\x00rows\n")
    ((_, why),) = found(path)
    assert why.startswith(f"{path}: not text but a zip archive or an office file")


def test_parquet_is_read_in_batches(tmp_path: Path) -> None:
    """Text, bytes of a page, numbers as ids; what is null has no text."""
    pages = [b"<p>Cook</p>", "Bäcker".encode("cp1252"), None]
    path = parquet(tmp_path, {"html": pages, "id": [1, 2, 3], "large": ["x"] * 3})
    assert [
        ("1", "Cook"), ("2", "Bäcker"), ("3", f'{path}:3: has no "text" of the type string'),
    ] == found(path)  # fmt: skip
    many = parquet(tmp_path, {"text": [f"Cook {n}" for n in range(100)]}, row_group_size=7)
    assert [(f"{many}:{n + 1}", f"Cook {n}") for n in range(100)] == found(many)


def test_a_parquet_row_that_is_not_text_loses_no_others(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 in a column of strings cost their row."""
    ends = b"".join(at.to_bytes(4, "little") for at in (0, 4, 6, 11))
    texts = pa.StringArray.from_buffers(3, pa.py_buffer(ends), pa.py_buffer(b"CookB\xffFryer"))
    path = parquet(tmp_path, {"text": texts})
    first, bad, last = found(path)
    assert [(f"{path}:1", "Cook"), (f"{path}:3", "Fryer")] == [first, last]
    assert bad[1].startswith(f"{path}:2: not UTF-8 text")


def test_a_damaged_parquet_file_is_one_fault(tmp_path: Path) -> None:
    """Cut short, or not Parquet at all; from a pipe it cannot be read."""
    whole = parquet(tmp_path, {"text": ["Cook"] * 50}).read_bytes()
    for data in (whole[:-20], b"no such thing"):
        ((_, why),) = found(file(tmp_path, data, "bad.parquet"))
        assert "bad.parquet: not a Parquet file" in why
    ((_, why),) = [(one.id, str(one.error)) for one in documents(["-"], rows="parquet")
                   if isinstance(one, Unreadable)]  # fmt: skip
    assert "cannot be read from a pipe" in why


def packed(data: bytes, suffix: str) -> bytes:
    """Return data as gzip or zstd."""
    if suffix == ".gz":
        return gzip.compress(data)
    return bytes(pa.compress(data, codec="zstd", asbytes=True))


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_packed_files_are_unpacked_on_the_way(tmp_path: Path, suffix: str) -> None:
    """Rows and single pages; a file that is cut short gives what it holds and says so."""
    lines = "".join(json.dumps({"id": f"{n}", "text": f"Cook {n}"}) + "\n" for n in range(3))
    rows = file(tmp_path, packed(lines.encode(), suffix), f"a.jsonl{suffix}")
    table = file(tmp_path, packed(b"id,text\n9,Baker\n", suffix), f"b.csv{suffix}")
    page = file(tmp_path, packed(b"<p>Fryer</p>", suffix), f"c.html{suffix}")
    assert [("0", "Cook 0"), ("1", "Cook 1"), ("2", "Cook 2")] == found(rows)
    assert [("9", "Baker")] == found(table)
    assert [("c", "Fryer")] == found(page)
    assert ["0", "1", "2", "9", "c"] == [one.id for one in documents([tmp_path])]
    file(tmp_path, page.read_bytes()[:-4], page.name)
    ((_, why),) = found(page)
    assert why.startswith(f"{page}: cannot be unpacked")


def test_a_packed_table_that_is_cut_short_keeps_its_rows(tmp_path: Path) -> None:
    """What was unpacked before the damage is read; the damage is a row of its own."""
    text = "".join(f"{n},Cook {hashlib.shake_256(bytes([n])).hexdigest(900)}\n" for n in range(200))
    path = file(tmp_path, gzip.compress(f"id,text\n{text}".encode())[:-2000], "a.csv.gz")
    *rows, last = documents([path])
    assert len(rows) > 100
    assert all(isinstance(row, Document) for row in rows)
    assert isinstance(last, Unreadable)
    assert "cannot be read" in str(last.error)


def test_an_address_may_occur_twice_but_a_named_id_may_not(tmp_path: Path) -> None:
    """A page crawled twice is two documents, unless the person said what tells them apart."""
    path = file(tmp_path, "url,text\nu,Cook\nu,Baker\n")
    assert ["u", f"{path}:3"] == [name for name, _ in found(path)]
    named = found(path, id_column="url")
    assert "occurs twice" in named[1][1]
