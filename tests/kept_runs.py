"""Kept runs of the command line, for the tests of what is done with their folders."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from extract.cli import app
from tests.server import Server


def put(texts: Mapping[str, str] | Iterable[tuple[str, str]], name: str = "in.jsonl") -> str:
    """Write a file of rows, and return its name."""
    pairs = texts.items() if isinstance(texts, Mapping) else texts
    rows = (json.dumps({"id": id_, "text": text}) + "\n" for id_, text in pairs)
    Path(name).write_text("".join(rows), encoding="utf-8")
    return name


def cooks(count: int) -> dict[str, str]:
    """Return texts of postings that differ in a number and in pay."""
    return {
        str(n): f"Cook wanted\nJob {n}.\nPay: ${15 + n} an hour\nSkills: Python, welding\n"
        for n in range(count)
    }


def command(*words: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, list(words))


def extract(server: Server, folder: str, *words: str, file: str = "in.jsonl") -> Result:
    """Read a file into a folder; closed reading, whose simplest answers hold values."""
    where = ("--model", "simple", "--base-url", server.base_url, "--reading", "closed")
    return command("extract", file, "--run", folder, *where, *words)


def rows(file: str) -> list[dict[str, Any]]:
    """Return the rows of a file."""
    return [json.loads(line) for line in Path(file).read_text("utf-8").splitlines()]


def change(folder: str, statement: str, *values: Any) -> None:
    """Change the journal in a folder."""
    with closing(sqlite3.connect(Path(folder, "journal.sqlite"))) as db, db:
        db.execute(statement, values)


def timeless(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row without the seconds that it took."""
    made = {k: v for k, v in row.get("provenance", {}).items() if k != "seconds"}
    return {**row, "provenance": made}
