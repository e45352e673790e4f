"""`postings eval` as a person meets it: recording, gates and baselines, over real HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from evals.scoring import run_setup as asking
from evals.scoring import runlog
from extract.kinds import Pay
from tests.server import Request, Server, answering, completion, refusal, shown, simplest
from tests.shops import asked_about, model, postings, written

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def recorded(server: Server) -> Server:
    """Record the dataset of shops, and keep the run as base.json."""
    done = postings("eval", written(), "--record", "-o", "base.json", *model(server))
    assert 0 == done.exit_code, done.output
    return server


def test_an_interrupted_recording_goes_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was recorded before Ctrl-C is kept whole, and is not asked again."""
    ours = asking.ours

    def interrupted(extractor: Any) -> Any:
        async def read(document: Any) -> Any:
            if document.id == "clerk":
                raise KeyboardInterrupt
            return await ours(extractor)(document)

        return read

    with monkeypatch.context() as patched:
        patched.setattr(asking, "ours", interrupted)
        cut = postings("eval", written(), "--record", *model(server))
    assert 130 == cut.exit_code
    assert ["baker.yaml"] == [path.name for path in Path("cassettes/shops").iterdir()]
    before = asked_about(server)
    assert {"baker"} == set(before)
    assert 0 == postings("eval", "shops.jsonl", "--record", *model(server)).exit_code
    after = asked_about(server)[len(before) :]
    assert {"clerk", "cook"} == set(after)
    assert 0 == postings("eval", "shops.jsonl", "--record", *model(server)).exit_code
    assert len(before) + len(after) == len(server.requests)


def test_an_interruption_before_the_first_case_has_no_scores(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table and the log are there all the same, and say so."""

    def at_once(_extractor: Any) -> Any:
        async def read(_document: Any) -> Any:
            raise KeyboardInterrupt

        return read

    monkeypatch.setattr(asking, "ours", at_once)
    words = ("--live", "-o", "run.json", "--html", "page.html", *model(server))
    result = postings("eval", written(), *words)
    assert 130 == result.exit_code
    assert "0 postings, cut" in result.stdout
    assert ("cut", None) == (
        runlog.read("run.json").status,
        runlog.read("run.json").scores.macro_f1.value,
    )
    assert not Path("page.html").exists()


def test_only_what_changed_is_asked_and_all_asks_everything(recorded: Server) -> None:
    """A changed document costs its own requests; `--record --all` costs every one."""
    first = asked_about(recorded)
    written(cook="Line cook wanted at Borrel's, Bruges. Pay: 15.50 EUR per hour.\n")
    assert 0 == postings("eval", "shops.jsonl", "--record", *model(recorded)).exit_code
    assert {"cook"} == set(asked_about(recorded)[len(first) :])
    so_far = len(recorded.requests)
    done = postings("eval", "shops.jsonl", "--record", "--all", "-o", "a.json", *model(recorded))
    assert 0 == done.exit_code
    assert {"baker", "clerk", "cook"} == set(asked_about(recorded)[so_far:])
    assert "all" == runlog.read("a.json").plan.mode


def test_a_recording_deleted_since_a_cut_run_is_made_again(server: Server) -> None:
    """A result that was kept is of no use where nothing can replay it."""

    def refuse_cook(asked: Request) -> tuple[int, dict[str, Any] | str]:
        return refusal(401, "expired") if "Borrel" in shown(asked) else simplest(asked)

    with answering(refuse_cook) as refusing:
        words = ("--record", "-o", "run.json", *model(refusing))
        assert 2 == postings("eval", written(), *words).exit_code
    Path("cassettes/shops/baker.yaml").unlink()
    result = postings("eval", "shops.jsonl", "--record", "-o", "run.json", *model(server))
    assert "1 of 3 are done already" in result.stderr
    assert Path("cassettes/shops/baker.yaml").exists()


def test_recordings_of_no_case_are_named(recorded: Server) -> None:
    """After `--record` a left-over file is named, with what to do."""
    written(names=["baker", "clerk"])
    result = postings("eval", "shops.jsonl", "--record", *model(recorded))
    assert 0 == result.exit_code
    left = Path("cassettes/shops/cook.yaml")
    assert f"No case plays {left}: delete it or restore its case." in result.stderr


def test_a_miss_shows_what_differs_and_the_command(recorded: Server) -> None:
    """One miss is shown whole, with the very command that records the case; the rest are named."""
    written(
        baker="Baker, days. Oven & Sons, Leeds. Pay: £14 per hour.\n- Bake bread\n",
        cook="Line cook wanted at Borrel's, Bruges. Pay: 15.50 EUR per hour.\n- Cook for 80\n",
    )
    result = postings("eval", "shops.jsonl", *model(recorded))
    assert 1 == result.exit_code
    command = f"postings eval shops.jsonl {' '.join(model(recorded))}"
    assert f"record it: {command} --record --only baker" in result.stderr.splitlines()
    assert "Baker, days." in result.stderr
    assert "No recording answers cook either." in result.stderr


def test_an_answer_of_no_use_is_recorded_too(server: Server) -> None:
    """A case whose answers are no JSON fails live and replayed alike, and is asked once."""

    def respond(asked: Request) -> tuple[int, dict[str, Any] | str]:
        return completion("no JSON") if "Till & Co" in shown(asked) else simplest(asked)

    with answering(respond) as running:
        words = model(running)
        one = postings("eval", written(), "--record", "-o", "one.json", *words)
        so_far = len(running.requests)
        two = postings("eval", "shops.jsonl", "--record", "-o", "two.json", *words)
        assert so_far == len(running.requests)
    three = postings("eval", "shops.jsonl", "--replay", "-o", "three.json", *words)
    assert [1, 1, 1] == [done.exit_code for done in (one, two, three)]
    logs = [runlog.read(f"{name}.json") for name in ("one", "two", "three")]
    failed = [{case.id: case for case in log.cases}["clerk"].error for log in logs]
    assert failed[0] is not None
    assert "ReplyError" == failed[0].type
    assert failed[0] == failed[1] == failed[2]
    assert 0 == postings("cassettes", "status", *words).exit_code


def test_a_page_without_text_is_no_fault_of_the_run(server: Server) -> None:
    """It is scored as failed, a gate can limit that; but it would never make any run pass."""
    rows = Path(written()).read_text("utf-8")
    empty = json.dumps({"id": "empty", "text": " ", "gold": {"is_posting": False}})
    Path("shops.jsonl").write_text(f"{rows}\n{empty}\n", "utf-8")
    words = ("--live", "-o", "run.json", "--html", "page.html", *model(server))
    result = postings("eval", "shops.jsonl", *words)
    assert 0 == result.exit_code, result.output
    assert 1 == runlog.read("run.json").scores.failed
    Path("gate.toml").write_text("[ceilings]\nfailed = 0\n", "utf-8")
    result = postings("eval", "shops.jsonl", "--gate", "gate.toml", *words)
    assert 1 == result.exit_code
    assert "gate: failed is 1.000, above its ceiling of 0" in result.stdout


def test_a_full_disk_ends_the_recording(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """No further case is asked for an answer that could not be kept."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("extract.models.tape.os.fsync", full)
        result = postings("eval", written(), "--record", *model(server))
    assert 2 == result.exit_code
    assert "baker.yaml cannot be written: No space left on device" in result.stderr
    assert {"baker"} == set(asked_about(server))


def _gate(**limits: float) -> str:
    lines = [f"{name} = {limit}" for name, limit in limits.items()]
    Path("gate.toml").write_text("[floors]\n" + "\n".join(lines), "utf-8")
    return "gate.toml"


def test_a_run_is_held_to_a_gate_and_a_baseline(recorded: Server) -> None:
    """A run that is as good as its baseline passes; page and comment are written."""
    files = ("--html", "page.html", "--markdown", "comment.md")
    held = ("--baseline", "base.json", "--gate", _gate(salary=0.9), *files)
    result = postings("eval", "shops.jsonl", "--replay", *held, *model(recorded))
    assert 0 == result.exit_code, result.output
    assert "3 postings, F1" in result.stdout
    assert Path("comment.md").read_text("utf-8").startswith("### No difference")
    page = Path("page.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "Line cook wanted at Borrel's" in page


def test_a_wrong_normaliser_breaks_the_gate_and_is_named(
    recorded: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same recorded answers, read wrongly: the gate fails and names the field."""
    read = Pay.read

    def tenfold(self: Pay, *words: Any) -> Any:
        value = read(self, *words)
        return value and value.model_copy(update={"min": value.min and value.min * 10})

    monkeypatch.setattr(Pay, "read", tenfold)
    held = ("--gate", _gate(salary=0.9, is_posting=0.9))
    result = postings("eval", "shops.jsonl", *held, *model(recorded))
    assert 1 == result.exit_code
    assert ["gate: salary is 0.000, below its floor of 0.9"] == [
        line for line in result.stdout.splitlines() if line.startswith("gate")
    ]


def test_a_field_that_got_worse_is_named(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against a baseline no floor is needed: enough postings that got worse are."""
    rows = []
    for number in range(12):
        text = f"Baker {number}, nights. Pay: £14 per hour.\n"
        salary = {"min": 14, "max": 14, "currency": "GBP", "period": "hour"}
        gold = {"is_posting": True, "salary": salary}
        rows.append(json.dumps({"id": f"b{number}", "text": text, "gold": gold}))
    Path("many.jsonl").write_text("\n".join(rows), "utf-8")
    done = postings("eval", "many.jsonl", "--record", "-o", "base.json", *model(server))
    assert 0 == done.exit_code
    monkeypatch.setattr(Pay, "read", lambda *_: None)
    result = postings("eval", "many.jsonl", "--baseline", "base.json", *model(server))
    assert 1 == result.exit_code
    assert "gate: salary got worse: 1.000 to 0.000" in result.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--gate", "gone.toml"], "gone.toml: cannot be read"),
        (["--baseline", "gone.json"], "gone.json: cannot be read"),
        (["--markdown", "c.md"], "give a --baseline"),
        (["--html", "gone/page.html"], "there is no directory gone"),
        (["-o", "gone/run.json"], "there is no directory gone"),
        (["--baseline", "base.json", "--split", "dev"], "no labelled case is left"),
        (["--baseline", "base.json", "--split", "test"], "its split is 'all'"),
        (["--baseline", "base.json", "--only", "cook"], "this run lacks case 'baker'"),
        (["--all"], "--all asks everything anew for --record"),
        (["--sample", "2"], "--sample goes with --live"),
        (["--live", "--sample", "2", "-o", "r.json"], "it scores nothing"),
        (
            ["--live", "--sample", "2", "--system", "instructor"],
            "compares recordings of `postings`",
        ),
    ],
)
def test_what_cannot_be_used_is_said_before_any_model_is_asked(
    recorded: Server, words: list[str], message: str
) -> None:
    """An hour of answers is not lost to a mistyped file name."""
    so_far = len(recorded.requests)
    chosen = {"--live", "--all", "--sample"} & set(words)
    result = postings(
        "eval", "shops.jsonl", *words, *([] if chosen else ["--live"]), *model(recorded)
    )
    assert 2 == result.exit_code
    told = " ".join(result.stderr.replace("│", " ").split())
    assert message in told
    assert so_far == len(recorded.requests)


def test_a_baseline_of_other_documents_is_refused(recorded: Server) -> None:
    """A comparison over changed postings would say nothing."""
    written(cook="Line cook wanted. Pay: 15.50 EUR per hour.\n")
    result = postings("eval", "shops.jsonl", "--live", "--baseline", "base.json", *model(recorded))
    assert 2 == result.exit_code
    assert "its dataset_sha256 is" in result.stderr


def test_a_replay_needs_no_key(recorded: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hosted model's recordings can be replayed by someone who has no account there."""
    words = ("--replay", "--model", "gpt-5-mini", "--reading", "closed")
    result = postings("eval", "shops.jsonl", *words)
    assert 1 == result.exit_code
    assert "no key" not in result.stderr
    assert "model:" in result.stderr


def test_the_table_says_what_it_cost(recorded: Server) -> None:
    """Seconds and tokens for a posting and in all."""
    lines = postings("eval", "shops.jsonl", *model(recorded)).stdout.splitlines()
    told = {line[:18].strip(): line for line in lines}
    assert "in all" in told["seconds a posting"]
    assert "1,200 read, 80 written (80 median)" in told["tokens a posting"]
    assert "3,600 read, 240 written in 3 calls" in told["tokens in all"]


@pytest.mark.parametrize("words", [["eval", "x.jsonl"], ["compare", "a", "b"], ["cassettes"]])
def test_without_the_extra_the_message_says_what_to_install(words: list[str]) -> None:
    """Scipy is not needed to extract, so it may not be there."""
    code = "import sys; sys.modules['scipy'] = None; from extract.cli import main; main()"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False
    )
    assert (2, "") == (done.returncode, done.stdout)
    needed = "postings: scipy is not installed, which evaluations need"
    assert f"{needed}: pip install 'postings[eval]'\n" == done.stderr
