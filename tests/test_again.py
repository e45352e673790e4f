"""Rows derived again from kept answers: today's code is applied, and no model is asked."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extract.asking.code_marks import CodeMarks, code_marks
from extract.asking.schema import Schema
from extract.errors import JournalError
from extract.kinds import Finding, Pay, Settled
from extract.posting import Posting
from extract.record import Record
from extract.runs import deriving_again
from extract.runs.journal import Journal
from extract.values import Document, Salary, Span
from tests.kept_runs import change, command, cooks, extract, put, rows
from tests.server import Request, Server, answering, completion, refusal, shown, simplest

pytestmark = pytest.mark.usefixtures("here", "at_once")

Mark = Callable[..., None]


@pytest.fixture
def mark(monkeypatch: pytest.MonkeyPatch) -> Mark:
    """Let the code of some fields count as changed; of all, if none is named."""

    def marked(*names: str) -> None:
        def marks(schema: Schema[Any]) -> CodeMarks:
            now = code_marks(schema)
            if not names:
                return replace(now, shared="new")
            return replace(now, fields={**now.fields, **dict.fromkeys(names, "new")})

        monkeypatch.setattr(deriving_again, "code_marks", marks)

    return marked


def in_euros(kind: Pay, document: Document, findings: Sequence[Finding]) -> Settled:
    """Settle pay as another version of the code would: each amount is in euros."""
    del kind, document
    value = findings[0].value.model_copy(update={"currency": "EUR"})
    return Settled(value, (("", findings[0].span),), "stated")


@pytest.mark.parametrize("names", [("salary",), ("salary", "title", "skills"), ()])
@pytest.mark.parametrize("reading", ["closed", "open"])
def test_rows_are_the_same_where_code_does_the_same(
    server: Server, mark: Mark, names: tuple[str, ...], reading: str
) -> None:
    """Byte for byte, and nothing is asked."""
    put({**cooks(3), "none": "We use cookies on this page to make it better for you."})
    assert 0 == extract(server, "run", "--reading", reading).exit_code
    before, count = Path("run/rows.jsonl").read_bytes(), len(server.requests)
    mark(*names)
    result = command("run", "again", "run")
    assert 0 == result.exit_code, result.output
    assert "4 texts: 0 changed, 4 as before" in result.stderr
    assert before == Path("run/rows.jsonl").read_bytes()
    assert count == len(server.requests)


@pytest.mark.parametrize("names", [("salary",), ()])
def test_what_changed_is_said_field_by_field(
    server: Server, mark: Mark, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    """With an example, a file of all changes, and rows that the run goes on with."""
    put(cooks(3))
    extract(server, "run")
    before = rows("run/rows.jsonl")
    mark(*names)
    monkeypatch.setattr(Pay, "settle", in_euros)
    journal = Path("run/journal.sqlite")
    untouched = journal.read_bytes()
    dry = command("run", "again", "run", "--dry-run", "--changes", "dry.jsonl")
    assert before == rows("run/rows.jsonl")
    assert untouched == journal.read_bytes()
    result = command("run", "again", "run", "--changes", "changes.jsonl")
    assert 0 == dry.exit_code == result.exit_code, result.output
    assert Path("dry.jsonl").read_text() == Path("changes.jsonl").read_text()
    for line in (dry, result):
        assert "3 texts: 3 changed, 0 as before" in line.stderr
        assert "salary: 3, e.g. " in line.stderr
    changes = {one["id"]: one for one in rows("changes.jsonl")}
    assert {"0", "1", "2"} == changes.keys()
    told = changes["1"]["fields"]["salary"]
    assert ("changed", None, "EUR") == (
        changes["1"]["change"], told["before"]["currency"], told["after"]["currency"]
    )  # fmt: skip
    after = rows("run/rows.jsonl")
    for old, new in zip(before, after, strict=True):
        old["posting"]["salary"]["currency"] = "EUR"
        # More of the pay is stated.
        assert old["confidence"]["salary"] < new["confidence"]["salary"]
        old["confidence"]["salary"] = new["confidence"]["salary"]
        assert old == new
    assert "0 changed, 3 as before" in command("run", "again", "run").stderr
    count = len(server.requests)
    assert 0 == extract(server, "run").exit_code
    assert count == len(server.requests)
    assert after == rows("run/rows.jsonl")


@pytest.mark.parametrize("names", [("salary",), ()])
def test_a_question_that_changed_is_named_with_its_price(
    server: Server, mark: Mark, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    """Its row stays as it is, until the run is let to ask again."""
    put({**cooks(2), "two": "Cook wanted\nJob 9.\nPay: $20 an hour, or $25 an hour at night\n"})
    extract(server, "run")
    before = rows("run/rows.jsonl")
    mark(*names)
    propose = Pay.propose

    def one(kind: Pay, document: Document) -> tuple[Span, ...] | None:
        return (propose(kind, document) or ())[:1] if "Job 9." in document.text else None

    given = Pay.given
    monkeypatch.setattr(Pay, "propose", lambda *told: one(*told) or propose(*told))
    monkeypatch.setattr(
        Pay, "given", lambda kind, doc: () if "Job 9." in doc.text else given(kind, doc)
    )
    monkeypatch.setattr(
        "extract.asking.closed_question.proposed", lambda kind, document: kind.propose(document)
    )
    words = ("--price-in", "1", "--price-out", "10")
    result = command("run", "again", "run", *words, "--changes", "changes.jsonl")
    assert 1 == result.exit_code, result.output
    assert "1 would be asked another question today; they stay as they are" in result.stderr
    assert "to ask 1 again takes about 1,200 + 80 tokens, $0.0020; --ask lets" in result.stderr
    assert before == rows("run/rows.jsonl")
    assert [{"id": "two", "source": "in.jsonl:3", "change": "asked otherwise"}] == rows(
        "changes.jsonl"
    )
    assert 1 == command("run", "again", "run", "--ask").exit_code
    count = len(server.requests)
    assert 0 == extract(server, "run").exit_code
    assert count + 1 == len(server.requests)
    assert "Job 9." in shown(server.requests[-1])


def test_a_repaired_answer_is_kept_as_it_was_merged() -> None:
    """Words that stand nowhere were asked again; the second answer took their place."""
    asked = 0

    def misquoting(request: Request) -> tuple[int, Any]:
        nonlocal asked
        asked += 1
        status, told = simplest(request)
        answer = json.loads(told["choices"][0]["message"]["content"])  # type: ignore[index]
        if "company" in answer:
            answer["company"] = "Nowhere Ltd" if asked == 1 else "Alder"
        return completion(json.dumps(answer)) if status == 200 else (status, told)

    put({"a": "Cook wanted by Alder\nWe pay well and we are kind\n"})
    with answering(misquoting) as server:
        extract(server, "run")
    assert 2 == asked
    assert "Alder" == rows("run/rows.jsonl")[0]["posting"]["company"]
    before = Path("run/rows.jsonl").read_bytes()
    assert 0 == command("run", "again", "run", "--whole").exit_code
    assert before == Path("run/rows.jsonl").read_bytes()


def test_what_has_no_answer_is_named(server: Server) -> None:
    """A failure, and a row from before answers were kept: both stay."""

    def picky(request: Request) -> tuple[int, Any]:
        return refusal(422, "no") if "Job 1." in shown(request) else simplest(request)

    put(cooks(3))
    with answering(picky) as refusing:
        extract(refusing, "run")
    change("run", "DELETE FROM kept WHERE rowid = 1")
    before = Path("run/rows.jsonl").read_bytes()
    result = command("run", "again", "run", "--whole")
    assert 1 == result.exit_code
    assert "3 texts: 0 changed, 1 as before" in result.stderr
    assert "1 failed and have no answer to derive from" in result.stderr
    assert "1 were made before answers were kept" in result.stderr
    assert "to ask 1 again takes about 1,200 + 80 tokens; a new run asks for them" in result.stderr
    assert before == Path("run/rows.jsonl").read_bytes()


def test_another_schema_or_prompt_is_refused(server: Server) -> None:
    """Every question would be another one; so is a folder that is none, in use or torn."""
    put(cooks(1))
    shipped = Path(__file__).parent.parent / "prompts" / "reading-1.toml"
    Path("mine.toml").write_text(shipped.read_text() + "\n# mine\n")
    extract(server, "run", "--prompt", "mine.toml")
    for words, fault in (
        ((), "run was asked with another prompt"),
        (("--schema", "tests.invoices:Invoice"), "run was asked by another schema (Posting"),
    ):
        result = command("run", "again", "run", *words)
        assert 2 == result.exit_code
        assert fault in result.stderr
    assert 0 == command("run", "again", "run", "--prompt", "mine.toml").exit_code
    assert "none is not the folder of a run" in command("run", "again", "none").stderr
    assert not Path("none").exists()
    journal = Journal(Path("run"))
    assert "in use by another process" in command("run", "again", "run").stderr
    journal.close()
    change("run", "UPDATE kept SET answer = x'00'")
    torn = command("run", "again", "run", "--prompt", "mine.toml", "--whole")
    assert 2 == torn.exit_code
    assert "the kept answer for 0 cannot be read" in torn.stderr


def test_a_cut_leaves_whole_rows_of_which_the_next_start_makes_the_rest(
    server: Server, mark: Mark, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are written in transactions; what is derived is not derived again."""
    put(cooks(5))
    extract(server, "run")
    mark("salary")
    monkeypatch.setattr(Pay, "settle", in_euros)
    monkeypatch.setattr(deriving_again, "_AT_ONCE", 2)
    keep, kept = Journal.derive, 0

    def derive(journal: Journal, sha256: str, row: str | None) -> None:
        nonlocal kept
        kept += 1
        if kept == 4:
            raise KeyboardInterrupt
        keep(journal, sha256, row)

    monkeypatch.setattr(Journal, "derive", derive)
    assert 0 != command("run", "again", "run").exit_code
    journal = Journal(Path("run"))
    found = [row.posting.salary for row in journal.rows(Posting) if isinstance(row, Record)]
    journal.close()
    assert 2 == sum(salary.currency == "EUR" for salary in found)
    result = command("run", "again", "run")
    assert "5 texts: 3 changed, 2 as before" in result.stderr
    assert {"EUR"} == {row["posting"]["salary"]["currency"] for row in rows("run/rows.jsonl")}
    assert Salary(min=15.0, max=15.0, currency="EUR", period="hour") == Salary(
        **rows("run/rows.jsonl")[0]["posting"]["salary"]
    )


def test_a_full_disk_loses_no_row(
    server: Server, mark: Mark, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows of before are there, and the next start derives the rest."""
    put(cooks(3))
    extract(server, "run")
    before = Path("run/rows.jsonl").read_bytes()
    mark("salary")
    monkeypatch.setattr(Pay, "settle", in_euros)

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "derive", full)
        result = command("run", "again", "run")
    assert 2 == result.exit_code
    assert "run cannot be written: database or disk is full; what was finished" in result.stderr
    assert before == Path("run/rows.jsonl").read_bytes()
    assert "3 changed, 0 as before" in command("run", "again", "run").stderr


def test_a_journal_on_a_full_disk_keeps_what_it_has(server: Server) -> None:
    """A row is written with its answer, or neither is."""
    put(cooks(2))
    extract(server, "run")
    journal = Journal(Path("run"))
    record = next(row for row in journal.rows(Posting) if isinstance(row, Record))
    record.keep(bytes(1_000_000))
    (pages,) = journal.database.execute("PRAGMA page_count").fetchone()
    journal.database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(JournalError, match="disk is full; what was finished before is kept"):
        journal.finish("0" * 64, record)
    assert not journal.answered("0" * 64)
    assert 2 == len(list(journal.rows(Posting)))
    journal.close()
