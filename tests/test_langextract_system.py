"""langextract's extractions as records, and the whole of it where it is installed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from evals.scoring import runlog
from evals.scoring.langextract_system import extractions_of, record_of
from extract.asking.schema import schema_of
from extract.posting import Posting
from extract.text.document import from_text
from tests.invoices import ANSWER, TEXT, Invoice, written
from tests.server import Request, answering, completion
from tests.shops import postings

INVOICE, POSTING = schema_of(Invoice).fields, schema_of(Posting).fields


@dataclass
class Found:
    """An extraction as langextract gives it."""

    extraction_class: str
    extraction_text: str
    attributes: dict[str, Any] | None = None
    char_interval: Any = field(default=None)


def test_an_answer_becomes_extractions() -> None:
    """A field is a class, its words the text, the parts of its value the attributes."""
    told = extractions_of(ANSWER, INVOICE)
    assert {
        "extraction_class": "total",
        "extraction_text": "30.50",
        "attributes": {"value": "30.5"},
    } == told[2]
    assert {
        "extraction_class": "items",
        "extraction_text": "Gasket",
        "attributes": {"what": "Gasket", "amount": "10.5"},
    } == told[4]
    assert ["number", "due", "total", "vendor", "items", "items"] == [
        each["extraction_class"] for each in told
    ]


def test_extractions_become_a_record() -> None:
    """Numbers stand as text among the attributes; a class that nobody asked for is left out."""
    document = from_text(TEXT, id="a")
    place = SimpleNamespace(start_pos=8, end_pos=12)
    found = [
        Found("number", "A-17", None, place),
        Found("number", "B-18"),
        Found("total", "30.50", {"value": "30.5"}),
        Found("vendor", "Brass & Sons", {"name": "Brass & Sons"}),
        Found("items", "Valve", {"what": "Valve", "amount": "20"}),
        Found("colour", "red"),
    ]
    record = record_of(document, found, INVOICE)
    posting = record["posting"]
    assert ("A-17", 30.5) == (posting["number"], posting["total"])
    assert {"name": "Brass & Sons", "tax_id": None} == posting["vendor"]
    assert [{"what": "Valve", "amount": 20, "tags": None}] == posting["items"]
    assert {"number": [{"start": 8, "end": 12, "quote": "A-17"}]} == record["evidence"]
    assert record["is_posting"]


def test_nothing_extracted_is_another_page() -> None:
    """The task asks for nothing of other pages."""
    record = record_of(from_text("Dear all", id="a"), [], POSTING)
    assert (False, {}) == (record["is_posting"], record["posting"])


def test_what_is_lacking_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With what to install, before anything is asked."""
    if find_spec("langextract"):
        pytest.skip("langextract is installed here: nothing is lacking")
    monkeypatch.chdir(tmp_path)
    where = ("--model", "reader", "--base-url", "http://127.0.0.1:9/v1")
    schema = ("--schema", "tests.invoices:Invoice")
    done = postings("eval", written(), *schema, "--system", "langextract", *where)
    assert 2 == done.exit_code
    assert "pip install 'postings[langextract]'" in done.stderr


@pytest.mark.filterwarnings("ignore:With 'config'")
def test_it_is_scored_like_the_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A labelled case is its example and is held out; the rest are read, with where it stands."""
    pytest.importorskip("langextract", reason="langextract is an extra, and not installed here")
    monkeypatch.chdir(tmp_path)
    path = Path(written())
    bill = {"id": "bill", "text": "Invoice C-3\nTotal 8.00\n", "split": "test"}
    bill["gold"] = {"is_posting": True, "number": "C-3", "total": 8}  # type: ignore[assignment]
    path.write_text(f"{path.read_text('utf-8')}\n{json.dumps(bill)}", "utf-8")

    def respond(asked: Request) -> tuple[int, dict[str, Any] | str]:
        read = "C-3" in json.dumps(asked)
        said = {"number": "C-3", "number_attributes": {}}
        total = {"total": "8.00", "total_attributes": {"value": "8.00"}}
        return completion(json.dumps({"extractions": [said, total] if read else []}))

    with answering(respond) as server:
        where = ("--model", "reader", "--base-url", server.base_url, "--api-key", "k")
        words = ("--schema", "tests.invoices:Invoice", "--system", "langextract", *where)
        done = postings("eval", path.name, *words, "-o", "run.json")
    assert 0 == done.exit_code, done.output
    log = runlog.read("run.json")
    assert ("langextract", ("invoice",)) == (log.plan.system, log.plan.held_out)
    assert ["bill", "letter"] == [case.id for case in log.cases]
    assert (1.0, 2) == (log.scores.macro_f1.value, log.scores.is_posting.count)
    assert log.scores.grounded is not None
    assert (2, 2) == (log.scores.grounded.count, log.scores.grounded.of)
