"""Paths to documents, with bad inputs as values in the stream."""

from __future__ import annotations

import io
import json
import os
from typing import TYPE_CHECKING

import pytest

from extract.sources.paths import Unreadable, documents

if TYPE_CHECKING:
    from pathlib import Path

    from extract.sources.row_files import RowFormat


def ids(*paths: str | Path, rows: RowFormat | None = None) -> list[str]:
    """Return the ids, with a bang before those that cannot be read."""
    return [
        f"!{one.id}" if isinstance(one, Unreadable) else one.id
        for one in documents(paths, rows=rows)
    ]


def test_rows_give_documents_and_bad_rows_lose_no_others(tmp_path: Path) -> None:
    """One bad row is one value; rows without an id are called after their place."""
    rows = [
        json.dumps({"id": "a", "text": "Cook", "more": 1}),
        "{broken",
        "",
        json.dumps({"html": "<p>Baker</p>"}),
        json.dumps({"id": "a", "text": "Miller"}),
        json.dumps({"id": "b"}),
        json.dumps([1]),
        json.dumps({"id": 7, "text": "\ud83e Fryer"}),
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(rows), encoding="utf-8")
    expected = ["a", f"!{file}:2", f"{file}:4", f"!{file}:5", "!b", f"!{file}:7", "7"]
    assert expected == ids(file)


def test_errors_say_where_and_why(tmp_path: Path) -> None:
    """The message starts with the row's place."""
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": "x", "text": 3}\n', encoding="utf-8")
    (found,) = documents([file])
    assert isinstance(found, Unreadable)
    assert str(found.error).startswith(f'{file}:1: has no "text"')


def test_directories_are_searched_in_order_for_text(tmp_path: Path) -> None:
    """Text-like files only, below as well, sorted; names that collide are told apart."""
    (tmp_path / "b").mkdir()
    for name in ("z.txt", "a.html", "b/z.md", "c.png", ".hidden.txt", "plain"):
        (tmp_path / name).write_text("Cook wanted", encoding="utf-8")
    assert ["a", "z", "plain", f"{tmp_path}/z"] == ids(tmp_path)


@pytest.mark.parametrize("name", ["empty.jsonl", "folder", "*.none", "missing.txt"])
def test_inputs_without_documents_are_unreadable(tmp_path: Path, name: str) -> None:
    """Nothing found is said, never passed over."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.jsonl").write_text("\n", encoding="utf-8")
    (found,) = documents([tmp_path / name])
    assert isinstance(found, Unreadable)


def test_globs_are_expanded(tmp_path: Path) -> None:
    """A pattern stands for its files, sorted."""
    for name in ("b.txt", "a.txt", "c.md"):
        (tmp_path / name).write_text("Cook wanted", encoding="utf-8")
    assert ids(tmp_path / "*.txt") == ["a", "b"]


def test_standard_input_is_a_document_or_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads standard input, as one text or as rows."""
    given: list[tuple[bytes, RowFormat | None, list[str]]] = [
        (b"Cook wanted", None, ["stdin"]),
        (b'{"text": "Cook"}\n{"text": "Baker"}\n', "jsonl", ["stdin:1", "stdin:2"]),
        (b'text\nCook\n"Baker"\n', "csv", ["stdin:2", "stdin:3"]),
    ]
    for data, rows, expected in given:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        assert expected == ids("-", rows=rows)


def test_reading_is_lazy(tmp_path: Path) -> None:
    """A file is opened when its document is asked for, not before."""
    first, second = tmp_path / "1.txt", tmp_path / "2.txt"
    first.write_text("Cook", encoding="utf-8")
    stream = documents([first, second])
    assert next(stream).id == "1"
    second.write_text("Baker", encoding="utf-8")
    assert next(stream).id == "2"
    assert not isinstance(next(documents([os.fspath(second)])), Unreadable)
