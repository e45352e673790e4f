"""Rows that were extracted before are scored as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.commands import eval_command
from evals.data.rubric import BUILT_IN
from evals.scoring import runlog
from evals.scoring.row_scoring import RowScoring
from extract.errors import InputError
from extract.posting import Posting
from extract.text.document import from_text
from tests.own_schemas import Invoice

TEXTS = {"cook": "Cook\nOven Ltd", "baker": "Baker\nOven Ltd", "smith": "Smith\nIron Ltd"}


def row(name: str, **values: Any) -> dict[str, Any]:
    """Return a row of `postings extract` for one of the texts."""
    empty = {name: [] if kind.is_list else None for name, kind in BUILT_IN.kinds.items()}
    return {
        "id": name,
        "source": name,
        "is_posting": True,
        "posting": empty | values,
        "evidence": {},
        "states": {},
        "notes": {},
        "provenance": {
            "model": "some-model",
            "prompt": "reading@1",
            "prompt_sha256": "1" * 64,
            "schema_sha256": "2" * 64,
            "document_sha256": from_text(TEXTS[name], id=name, source=name).sha256,
            "usage": {"prompt": 10, "completion": 5, "cached": 0, "calls": 1},
            "seconds": 1.5,
        },
    }


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Make a dataset of three labelled texts."""
    file = tmp_path / "set.jsonl"
    rows = (
        {"id": name, "text": text, "gold": {"is_posting": True, "title": text.split("\n")[0]}}
        for name, text in TEXTS.items()
    )
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return file


def scored(dataset: Path, *rows: dict[str, Any]) -> tuple[int, runlog.RunLog]:
    """Score rows with the command, and return its exit code and the run."""
    file, out = dataset.with_name("rows.jsonl"), dataset.with_name("run.json")
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    with pytest.raises(SystemExit) as ended:
        eval_command.main([str(dataset), "--rows", str(file), "-o", str(out)])
    return int(ended.value.code or 0), runlog.read(out)


def test_rows_are_scored_without_a_model(dataset: Path) -> None:
    """One of three titles is wrong; the run says which model the rows came from."""
    code, log = scored(
        dataset,
        row("cook", title="Cook"),
        row("baker", title="Pastry chef"),
        row("smith", title="Smith"),
    )
    assert 0 == code
    title = log.scores.fields["title"]
    assert (2, 1) == (title.correct, title.wrong)
    assert title.interval is not None
    assert ("some-model", "reading@1") == (log.plan.model, log.plan.prompt)
    assert (15, 4.5) == (log.scores.tokens.completion, log.scores.seconds.total)


def test_a_row_that_is_missing_failed_or_of_another_text_is_a_failed_case(dataset: Path) -> None:
    """Each with its reason; the values are counted as omitted, and the rest is scored."""
    foreign = row("baker", title="Baker")
    foreign["provenance"]["document_sha256"] = "0" * 64
    refused = {"id": "smith", "source": "smith", "error": "RefusalError", "message": "declined"}
    code, log = scored(dataset, foreign, refused)
    assert 1 == code
    reasons = {case.id: case.error.message for case in log.cases if case.error}
    assert {"cook", "baker", "smith"} == reasons.keys()
    assert "no row has the id 'cook'" in reasons["cook"]
    assert "another text" in reasons["baker"]
    assert "declined" in reasons["smith"]
    assert 3 == log.scores.fields["title"].omitted


@pytest.mark.parametrize(
    ("lines", "schema", "fault"),
    [
        ('{"name": "x"}', Posting, "not a row"),
        ('{"id": 1, "error": "InputError"}', Posting, "not a row"),
        (json.dumps(row("cook") | {"posting": None}), Posting, "not a row"),
        (json.dumps(row("cook") | {"provenance": {"model": "m"}}), Posting, "not a row"),
        ("[1]", Posting, "not a JSON object"),
        (json.dumps(row("cook", title="Cook")), Invoice, "--schema"),
        ('{"id": "a", "error": "InputError", "message": "empty"}', Posting, "every row"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, lines: str, schema: Any, fault: str) -> None:
    """By what is wrong with them, before anything is scored."""
    file = tmp_path / "rows.jsonl"
    file.write_text(lines + "\n", "utf-8")
    with pytest.raises(InputError, match=fault):
        RowScoring.read(file, schema)


@pytest.mark.parametrize("other", ["--live", "--replay", "--record"])
def test_rows_are_not_read_again(
    dataset: Path, other: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run has its values from rows or from a model."""
    file = dataset.with_name("rows.jsonl")
    file.write_text(json.dumps(row("cook")) + "\n", "utf-8")
    with pytest.raises(SystemExit) as ended:
        eval_command.main([str(dataset), "--rows", str(file), other])
    assert 2 == ended.value.code
    assert "choose one of" in capsys.readouterr().err
