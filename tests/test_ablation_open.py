"""The ablation of open reading: each check taken out alone, over the same recorded answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.bench.ablation_open import CHECKS, table, without
from evals.data.dataset import load
from evals.data.rubric import rubric_of
from evals.scoring.run_setup import RunSetup, folder_of
from extract.models.client import Model
from tests.invoices import ANSWER, Invoice, written
from tests.server import Request, answering, completion
from tests.shops import postings

FAULTY = {
    **ANSWER,
    "number": "Z-9",
    "total": {"words": "20.00", "value": 30.5},
    "vendor": {"name": "Brass & Sons", "tax_id": None},
}
"""A number that stands nowhere, and a total that its words do not state (and that is right)."""


def faulty(asked: Request) -> tuple[int, dict[str, Any] | str]:
    """Answer for any page as for the invoice, with two faults."""
    return completion(json.dumps(FAULTY))


def test_each_check_is_taken_out_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What one check drops comes back in its row alone, and all are there again afterwards."""
    monkeypatch.chdir(tmp_path)
    dataset = written()
    with answering(faulty) as server:
        where = ("--model", "reader", "--base-url", server.base_url)
        words = ("--schema", "tests.invoices:Invoice", "--record", "--only", "invoice", *where)
        assert 0 == postings("eval", dataset, *words).exit_code
    loaded = load(dataset, rubric_of(Invoice))
    model = Model("reader", "http://127.0.0.1:9/v1", "none")
    folder = folder_of(Path(dataset), "open")
    setup = RunSetup(model, folder, schema=Invoice, way="open")
    logs = without(loaded, [loaded.cases[0]], setup)
    assert ["all checks", *(f"without: {name}" for name in CHECKS)] == list(logs)
    found = {
        name: [log.scores.fields[path].correct + log.scores.fields[path].wrong for path in PATHS]
        for name, log in logs.items()
    }
    assert {
        "all checks": [0, 0],
        "without: the quote stands in the text": [1, 0],
        "without: numbers and dates stand in the quote": [0, 1],
        "without: second opinion": [0, 0],
        "without: validation by the schema": [0, 0],
    } == found
    assert 1 + len(CHECKS) == table(logs).row_count


PATHS = ("number", "total")
