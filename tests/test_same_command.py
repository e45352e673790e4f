"""`postings same`: files in, groups out, and what cannot be compared is counted."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from extract.cli import app
from tests.test_same import row


def written(path: Path, *rows: Any) -> Path:
    """Write rows as JSON lines; a string is written as it is."""
    lines = (one if isinstance(one, str) else json.dumps(one) for one in rows)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def run(*arguments: str | Path) -> tuple[int, str, list[dict[str, Any]]]:
    """Run the command, and return the exit code, what it said, and the lines it wrote."""
    result = CliRunner().invoke(app, ["same", *map(str, arguments)])
    lines = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    return result.exit_code, result.stderr, lines


def test_groups_of_several_files(tmp_path: Path) -> None:
    """Rows of all files are compared; a row is named by its file and line."""
    july = written(tmp_path / "july.jsonl", row("1"))
    august = tmp_path / "august.jsonl.gz"
    august.write_bytes(gzip.compress(json.dumps(row("2", closes_on="2027-07-03")).encode()))
    code, said, lines = run(july, august)
    assert 0 == code
    assert [[f"{july}:1", f"{august}:1"]] == [[one["row"] for one in lines[0]["rows"]]]
    pair = lines[0]["pairs"][0]
    assert "repost" == pair["kind"]
    assert [["2027-06-05"], ["2027-07-03"]] == pair["differ"]["closes_on"]
    assert "1 groups; 1 pairs compared: 1 repost" in said


def test_what_cannot_be_compared_is_counted_and_the_rest_goes_on(tmp_path: Path) -> None:
    """Failures, pages that are no posting, torn lines and other JSON are named by their number."""
    whole = json.dumps(row("2"))
    rows = written(
        tmp_path / "rows.jsonl",
        row("1"),
        {"id": "f", "source": "f.html", "error": "ReplyError", "message": "no JSON"},
        {**row("n"), "is_posting": False},
        {"id": "x", "text": "a page, not a row"},
        "[1, 2]",
        {**row("e"), "posting": {"title": " ", "company": None}},
        {**row("1"), "evidence": None},
        whole[: len(whole) // 2],
    )
    code, said, lines = run(rows, tmp_path / "missing.jsonl")
    assert 1 == code
    assert "8 rows, 2 compared" in said
    for expected in (
        "1 failures of the extraction", "1 not a posting", "1 no record",
        "1 neither title nor employer", "3 cannot be read", "1 without quotes",
        "1 with an id that another has", f"{rows}:8: not a JSON object", "missing.jsonl",
    ):  # fmt: skip
        assert expected in said
    assert ["mirror"] == [pair["kind"] for pair in lines[0]["pairs"]]


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet", "folder"])
def test_files_of_another_kind_are_named(tmp_path: Path, name: str) -> None:
    """Rows without quotes, and folders, are not guessed at."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "rows.csv").write_text("id,title\n1,Baker\n", "utf-8")
    (tmp_path / "rows.parquet").write_bytes(b"PAR1")
    code, said, _ = run(tmp_path / name)
    assert 2 == code
    assert name in said
    assert "there are no rows to compare" in said


def test_the_output_is_whole_or_not_there(tmp_path: Path) -> None:
    """It does not overwrite an input, and has a name for JSON lines."""
    rows = written(tmp_path / "rows.jsonl", row("1"), row("2"))
    assert 2 == run(rows, "-o", rows)[0]
    assert 2 == run(rows, "-o", tmp_path / "groups.csv")[0]
    assert 2 == run(rows, "-o", tmp_path / "none" / "groups.jsonl")[0]
    output = tmp_path / "groups.jsonl"
    assert 0 == run(rows, "-o", output)[0]
    assert 1 == json.loads(output.read_text("utf-8"))["group"]
    assert [] == [path for path in tmp_path.iterdir() if ".part" in path.name]


def test_only_the_groups(tmp_path: Path) -> None:
    """--groups-only leaves out pairs that are not one job."""
    place = [{"city": "Southwold"}]
    rows = written(tmp_path / "rows.jsonl", row("1"), row("2"), row("3", locations=place))
    assert {1, None} == {line["group"] for line in run(rows)[2]}
    assert {1} == {line["group"] for line in run(rows, "--groups-only")[2]}
