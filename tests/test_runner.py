"""Runs of a dataset, over real HTTP: each case an outcome, kept, and gone on from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from evals.scoring import runlog
from evals.scoring.plain_instructor import PlainPosting
from evals.scoring.systems import plain_posting
from extract.cli import app
from tests.server import Request, Server, answering, completion, refusal, shown, simplest
from tests.shops import model

TEXTS = {
    "cook": "Line cook wanted at Borrel's, Ghent. Pay: 15.50 EUR per hour.\n- Cook for 80\n",
    "baker": "Baker, nights. Oven & Sons, Leeds. Pay: £14 per hour.\n- Bake bread\n",
    "clerk": "Clerk, days. Till & Co, Cork. Pay: 13 EUR per hour.\n- Count the till\n",
}
PAY = {"cook": 15.5, "baker": 14, "clerk": 13}


pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def dataset() -> str:
    """Write a dataset of three postings with their pay; the cook's has a twin."""
    lines = []
    for name, text in [*TEXTS.items(), ("cook-twin", TEXTS["cook"])]:
        currency = "GBP" if name == "baker" else "EUR"
        pay = PAY[name.removesuffix("-twin")]
        salary = {"min": pay, "max": pay, "currency": currency, "period": "hour"}
        gold = {"is_posting": True, "workplace": None, "salary": salary}
        twin = {"twin_of": "cook"} if name.endswith("-twin") else {}
        split = "dev" if name == "clerk" else "test"
        row = {"id": name, "text": text, "gold": gold, "split": split, **twin}
        lines.append(json.dumps(row))
    Path("shops.jsonl").write_text("\n".join(lines), "utf-8")
    return "shops.jsonl"


def evaluate(server: Server | None, *words: str) -> Result:
    """Run `postings eval`, against a server if there is one."""
    where = ["--live", *model(server)] if server else []
    return CliRunner().invoke(app, ["eval", *words, *where])


def asked_for(server: Server, name: str) -> int:
    """Count the requests that showed a text."""
    return sum(TEXTS[name][:12] in shown(asked) for asked in server.requests)


def test_a_run_is_scored_and_kept(server: Server, dataset: str) -> None:
    """The log holds the plan, each case with its record and counts, and the scores."""
    result = evaluate(server, dataset, "-o", "run.json")
    assert 0 == result.exit_code, result.output
    log = runlog.read("run.json")
    assert ("shops", "all", "live", "simple") == (
        log.plan.dataset.removesuffix(".jsonl"),
        log.plan.split,
        log.plan.mode,
        log.plan.model,
    )
    assert ["baker", "clerk", "cook", "cook-twin"] == [case.id for case in log.cases]
    assert "complete" == log.status
    assert 4 == log.scores.fields["salary"].correct
    assert 1.0 == log.scores.macro_f1.value
    assert 4 == log.scores.fields["workplace"].correct_nulls
    assert (1.0, 1.0) == (log.scores.is_posting.value, log.scores.invention.value == 0)
    assert log.scores.grounded is not None
    assert log.scores.supported is not None
    assert 1.0 == log.scores.grounded.value == log.scores.supported.value
    assert log.scores.flips is not None
    assert (1, 0) == (log.scores.flips.pairs, log.scores.flips.flipped)
    assert log.scores.tokens.prompt >= 4 * 1200
    assert not Path("run.json.partial").exists()
    assert not Path("cassettes").exists()


def test_the_table_says_what_came_out(server: Server, dataset: str) -> None:
    """Fields with their shares and counts, and what is counted over all of them."""
    lines = evaluate(server, dataset).stdout.splitlines()
    salary = next(line for line in lines if "salary" in line)
    assert ["salary", "1.00", "1.00", "1.000", "1.00-1.00", "4", "0", "0", "0", "0"] == (
        salary.split()
    )
    assert max(map(len, lines)) <= 80
    for heading in ("macro F1", "is_posting right", "invented", "grounded", "twins", "tokens"):
        assert any(heading in line for line in lines), heading


def test_a_failed_case_is_an_outcome(dataset: str) -> None:
    """One case that gets no answer is scored as omitted, and the others go on; the exit is 1."""

    def respond(asked: Request) -> tuple[int, dict[str, Any] | str]:
        if "Till & Co" in shown(asked):
            return completion("no JSON at all")
        return simplest(asked)

    with answering(respond) as server:
        result = evaluate(server, dataset, "-o", "run.json", "--concurrency", "3")
    assert 1 == result.exit_code
    failed = {case.id: case for case in runlog.read("run.json").cases}["clerk"]
    assert failed.error is not None
    assert ("failed", "ReplyError", None) == (failed.status, failed.error.type, failed.record)
    assert (1, 0) == (failed.counts["salary"].omitted, failed.counts["workplace"].correct_null)
    assert failed.usage.calls == 2
    assert 1 == runlog.read("run.json").scores.failed


def test_a_fault_of_ours_costs_one_case(
    server: Server, dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash inside a case is that case's outcome, with its name."""
    from evals.scoring import runner  # noqa: PLC0415 - patched here alone

    checked = runner.checked

    def crash(document: Any, record: Any, schema: Any) -> Any:
        if document.id == "baker":
            raise ZeroDivisionError("seven by nought")
        return checked(document, record, schema)

    monkeypatch.setattr(runner, "checked", crash)
    evaluate(server, dataset, "-o", "run.json")
    cases = {case.id: case for case in runlog.read("run.json").cases}
    error = cases["baker"].error
    assert error is not None
    assert ("ZeroDivisionError", "seven by nought") == (error.type, error.message)
    assert "ok" == cases["clerk"].status


@pytest.mark.parametrize(
    ("status", "message", "exit_code"),
    [(401, "bad key", 2), (404, "no such model", 2)],
)
def test_a_fault_of_every_case_ends_the_run(
    dataset: str, status: int, message: str, exit_code: int
) -> None:
    """A refused key is said once, after one request, and nothing is written."""
    with answering(lambda _asked: refusal(status, message)) as server:
        result = evaluate(server, dataset, "-o", "run.json")
        assert 1 == len(server.requests)
    assert exit_code == result.exit_code
    assert 1 == result.stderr.count("postings: ")
    assert not Path("run.json").exists()


def test_a_run_goes_on_from_where_it_was_cut(dataset: str) -> None:
    """What was read is not read again, though the last line kept is half a line."""

    def refuse_cook(asked: Request) -> tuple[int, dict[str, Any] | str]:
        return refusal(401, "expired") if "Borrel" in shown(asked) else simplest(asked)

    with answering(refuse_cook) as server:
        assert 2 == evaluate(server, dataset, "-o", "run.json").exit_code
    kept = Path("run.json.partial")
    assert 3 == len(kept.read_text().splitlines())
    kept.write_text(kept.read_text() + '{"id": "cook", "spl')
    with answering(simplest) as server:
        result = evaluate(server, dataset, "-o", "run.json")
        assert 0 == asked_for(server, "baker") == asked_for(server, "clerk")
        assert asked_for(server, "cook") >= 2
    assert "2 of 4 cases are done already" in result.stderr
    assert 4 == runlog.read("run.json").scores.fields["salary"].correct


def test_an_interrupted_run_keeps_what_it_has(
    server: Server, dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C prints and writes the scores so far; the log says that it was cut."""
    from evals.scoring import run_setup as asking  # noqa: PLC0415 - patched here alone

    ours = asking.ours

    def interrupted(extractor: Any) -> Any:
        async def read(document: Any) -> Any:
            if document.id == "clerk":
                raise KeyboardInterrupt
            return await ours(extractor)(document)

        return read

    monkeypatch.setattr(asking, "ours", interrupted)
    result = evaluate(server, dataset, "-o", "run.json")
    assert 130 == result.exit_code
    log = runlog.read("run.json")
    assert ("cut", ["baker"]) == (log.status, [case.id for case in log.cases])
    assert Path("run.json.partial").exists()
    assert "cut" in result.stdout


def test_another_plan_starts_anew(dataset: str) -> None:
    """Results of another dataset or model are not taken over."""

    def refuse_cook(asked: Request) -> tuple[int, dict[str, Any] | str]:
        return refusal(401, "expired") if "Borrel" in shown(asked) else simplest(asked)

    with answering(refuse_cook) as server:
        evaluate(server, dataset, "-o", "run.json")
    text = Path(dataset).read_text().replace("Count the till", "Count all tills")
    Path(dataset).write_text(text)
    with answering(simplest) as server:
        evaluate(server, dataset, "-o", "run.json")
        assert 1 <= asked_for(server, "baker")


def test_part_of_a_dataset(server: Server, dataset: str) -> None:
    """`--only`, `--limit` and `--split` choose cases; an unknown id is an error that names it."""
    evaluate(server, dataset, "--only", "clerk, baker", "--limit", "1", "-o", "run.json")
    assert ["baker"] == [case.id for case in runlog.read("run.json").cases]
    evaluate(server, dataset, "--split", "dev", "-o", "run.json")
    assert ["clerk"] == [case.id for case in runlog.read("run.json").cases]
    result = evaluate(server, dataset, "--only", "clerk,nobody")
    assert 2 == result.exit_code
    assert "no case has the id nobody" in result.stderr


def test_plain_instructor_is_scored_by_the_same_functions(dataset: str) -> None:
    """Its values are counted like ours; it has no evidence to check."""
    answer = {"is_posting": True, "salary": {"min": 14, "max": 14, "currency": "GBP"}}
    answer["workplace"] = "remote"
    answer["salary"]["period"] = "hour"  # type: ignore[index]

    def respond(asked: Request) -> tuple[int, dict[str, Any] | str]:
        return completion(json.dumps(answer))

    with answering(respond) as server:
        where = model(server)[:-2]
        words = ["--live", "--system", "instructor", "-o", "run.json", *where]
        result = evaluate(None, dataset, *words)
    assert 0 == result.exit_code, result.output
    log = runlog.read("run.json")
    assert "instructor" == log.plan.system
    assert (1, 3) == (log.scores.fields["salary"].correct, log.scores.fields["salary"].wrong)
    assert (4, 8) == (log.scores.invention.count, log.scores.invention.of)
    assert None is log.scores.grounded


def test_plain_instructor_is_given_what_can_be_said_for_it() -> None:
    """Empty words and objects are no values, a date may have a time, a degree is required."""
    found = PlainPosting.model_validate(
        {
            "is_posting": True,
            "title": "",
            "locations": [{"city": "Ghent"}, {}],
            "salary": {"currency": "EUR"},
            "experience_years_min": 2,
            "education": "master",
            "posted_on": "2026-01-02T10:00:00",
            "closes_on": "soon",
        }
    )
    posting = plain_posting(found)
    assert (None, None) == (posting["title"], posting["salary"])
    assert [{"text": "Ghent", "city": "Ghent", "region": None, "country": None}] == posting[
        "locations"
    ]
    assert {"min": 2, "max": None} == posting["experience_years"]
    assert {"level": "master", "required": True} == posting["education"]
    assert ("2026-01-02", "soon") == (posting["posted_on"], posting["closes_on"])
    assert {} == plain_posting(found.model_copy(update={"is_posting": False}))


def test_recordings_are_made_and_played(server: Server, dataset: str) -> None:
    """A recorded run is replayed without a server, by default where there are recordings."""
    where = model(server)
    recorded = evaluate(None, dataset, "--record", *where, "-o", "one.json")
    assert 0 == recorded.exit_code, recorded.output
    assert 4 == len(list(Path("cassettes/shops").glob("*.yaml")))
    requests = len(server.requests)
    played = evaluate(None, dataset, *where, "-o", "two.json")
    assert 0 == played.exit_code, played.output
    assert requests == len(server.requests)
    one, two = runlog.read("one.json"), runlog.read("two.json")
    assert ("record", "replay") == (one.plan.mode, two.plan.mode)
    assert one.scores.fields == two.scores.fields


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["gone"], "gone: no such file or directory"),
        (["shops.jsonl", "--replay"], "no recordings there; make"),
        (["shops.jsonl", "--live", "--record"], "choose one of"),
        (["shops.jsonl", "--replay", "--system", "langextract"], "cannot be recorded"),
    ],
)
def test_what_cannot_be_run(dataset: str, words: list[str], message: str) -> None:
    """Wrong usage ends with exit code 2 and says why, before a model is looked for."""
    result = evaluate(None, *words)
    assert 2 == result.exit_code
    assert message in result.stderr


def test_the_check_command(dataset: str) -> None:
    """It is silent on what is right; else it names case and fault, and exits with 1."""
    result = evaluate(None, "check", dataset)
    assert (0, "") == (result.exit_code, result.stdout)
    assert "4 cases, nothing to fix" in result.stderr
    Path(dataset).write_text(Path(dataset).read_text().replace('"min": 13', '"min": 12'))
    result = evaluate(None, "check", dataset)
    assert 1 == result.exit_code
    assert "clerk: salary: 12 is not among the numbers of the text\n" == result.stdout
    assert "1 to fix in 4 cases" in result.stderr


def test_help_names_both_commands() -> None:
    """`eval --help` is the help of the evaluation, not of the whole program."""
    result = evaluate(None, "--help")
    assert 0 == result.exit_code
    assert "check" in result.stdout
    assert "DATASET" in evaluate(None, "run", "--help").stdout
