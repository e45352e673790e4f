"""`postings cassettes status`: each state of a recording, planted and seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from extract import resources
from extract.asking import prompt as prompts
from tests.server import answering, simplest
from tests.shops import TEXTS, model, postings, written

MODEL = ("--model", "simple", "--base-url", "http://127.0.0.1:9/v1", "--reading", "closed")
"""The model that was recorded, at a port on which nothing listens."""


@pytest.fixture(autouse=True)
def recorded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Record the dataset of shops, and return its folder; no server is left to ask."""
    for name in ("POSTINGS_MODEL", "OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    with answering(simplest) as server:
        words = ("--record", *model(server))
        done = postings("eval", written(), *words)
        assert 0 == done.exit_code, done.output
    return tmp_path / "cassettes" / "shops"


def state(*words: str) -> tuple[int, dict[str, Any]]:
    """Return the exit status and what is told of the one folder there is."""
    result = postings("cassettes", "status", "--json", *words, *MODEL)
    assert result.exit_code in (0, 1), result.output
    (told,) = json.loads(result.stdout)
    return result.exit_code, told


def test_fresh_recordings() -> None:
    """All would replay; what they are is told: how many, how large, of which model, and when."""
    code, told = state()
    assert (0, ["baker", "clerk", "cook"]) == (code, told["fresh"])
    assert [{}, [], [], []] == [
        told[name] for name in ("stale", "missing", "orphaned", "unreadable")
    ]
    assert (3, 3, ["simple"]) == (told["recordings"], told["interactions"], told["models"])
    assert told["bytes"] > told["largest"]["bytes"] > 500
    assert told["oldest"] <= told["newest"]


def test_the_table_names_what_to_do(recorded: Path) -> None:
    """Counts in a table; then each fault, and the commands against it."""
    written(cook="Line cook wanted at Borrel's, Bruges. Pay: 15.50 EUR per hour.\n")
    (recorded / "baker.yaml").unlink()
    (recorded / "left-over.yaml").write_text((recorded / "clerk.yaml").read_text())
    result = postings("cassettes", "status", *MODEL)
    assert 1 == result.exit_code
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert ["shops", "1", "1", "1", "1"] == lines[3].split()[:5]
    assert "stale: cook: document" in lines
    assert "missing: baker" in lines
    command = f"postings eval shops.jsonl {' '.join(MODEL)} --record"
    assert f"record them: {command}" in lines
    assert any(line.startswith("orphaned: cassettes/shops/left-over.yaml: del") for line in lines)
    assert any("of simple" in line and "(today)" in line for line in lines)


def test_a_changed_prompt_makes_every_case_stale() -> None:
    """The reason is the prompt, and nothing else."""
    shipped = (resources.prompts() / f"{prompts.DEFAULTS['closed']}.toml").read_text("utf-8")
    Path("mine.toml").write_text(
        shipped.replace("You read one document", "You study one document"), "utf-8"
    )
    code, told = state("--prompt", "mine.toml")
    assert (1, dict.fromkeys(TEXTS, "prompt")) == (code, told["stale"])
    table = postings("cassettes", "status", "--prompt", "mine.toml", *MODEL).stdout
    assert "stale: baker, clerk, cook: prompt\n" in table


def test_another_model_makes_every_case_stale() -> None:
    """The recordings of one model say nothing of another."""
    result = postings("cassettes", "status", "--json", "--model", "other", "--base-url", MODEL[3])
    (told,) = json.loads(result.stdout)
    assert (1, dict.fromkeys(TEXTS, "model")) == (result.exit_code, told["stale"])


def test_changed_code_makes_a_case_stale(recorded: Path) -> None:
    """Where no input has changed, it is the code that asks something else; what, is told."""
    path = recorded / "cook.yaml"
    path.write_text(path.read_text("utf-8").replace("Line cook wanted", "Line chef wanted"))
    _, told = state()
    assert {"cook": "the code: it asks with another text"} == told["stale"]


def test_an_unplayed_recording_is_stale(recorded: Path) -> None:
    """An interaction that nobody asks for any more is seen."""
    path = recorded / "cook.yaml"
    told = yaml.safe_load(path.read_text("utf-8"))
    other = json.loads(json.dumps(told["interactions"][0]).replace("Ghent", "Liège"))
    told["interactions"].append(other)
    path.write_text(yaml.safe_dump(told, sort_keys=False), "utf-8")
    _, found = state()
    assert "only 1 of 2 recordings were played" in found["stale"]["cook"]


def test_a_damaged_recording_is_stale(recorded: Path) -> None:
    """It is named with what is wrong with it, and its size is counted all the same."""
    path = recorded / "cook.yaml"
    path.write_text(path.read_text("utf-8")[:700], "utf-8")
    code, told = state()
    assert (1, 3) == (code, told["recordings"])
    assert "cook.yaml: not a valid recording" in told["stale"]["cook"]


def test_a_document_without_text_needs_no_recording(recorded: Path) -> None:
    """No model is ever asked about it."""
    rows = Path("shops.jsonl").read_text("utf-8")
    empty = json.dumps({"id": "empty", "text": " ", "gold": {"is_posting": False}})
    Path("shops.jsonl").write_text(f"{rows}\n{empty}\n", "utf-8")
    code, told = state()
    assert (0, ["empty"]) == (code, told["unreadable"])


def test_recordings_of_a_dataset_can_be_elsewhere(recorded: Path) -> None:
    """A dataset that is named is looked at in the folder that is named."""
    recorded.parent.rename("tapes")
    code, told = state("shops.jsonl", "--cassettes", "tapes")
    assert (0, "tapes/shops", "shops.jsonl") == (code, told["folder"], told["dataset"])
    code, told = state("shops.jsonl")
    assert (1, ["baker", "clerk", "cook"]) == (code, told["missing"])


def test_folders_that_are_of_no_dataset(recorded: Path) -> None:
    """Those of a test module are pytest's to check; any other must have a dataset."""
    recorded.rename(recorded.parent / "test_shops")
    code, told = state()
    assert (0, None, 3) == (code, told["dataset"], told["recordings"])
    assert "recordings of tests" in postings("cassettes", "status", *MODEL).stdout
    (recorded.parent / "test_shops").rename(recorded.parent / "stores")
    result = postings("cassettes", "status", *MODEL)
    assert 2 == result.exit_code
    assert "no dataset stores in evals/datasets, datasets, ." in result.stderr


def test_nothing_to_look_at(recorded: Path) -> None:
    """Without any folder there is an error that says how to record."""
    recorded.parent.rename("elsewhere")
    result = postings("cassettes", "status", *MODEL)
    assert 2 == result.exit_code
    assert (
        "cassettes: no recordings; make them with postings eval DATASET --record" in result.stderr
    )


def test_help() -> None:
    """Whoever asks for help sees examples."""
    assert "status" in postings("cassettes", "--help").stdout
    assert "postings cassettes status" in postings("cassettes", "status", "--help").stdout
