"""A crawl that is read again: what is the same is carried over, and what is different is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extract.runs.earlier_run import EarlierRun
from tests.kept_runs import change, command, cooks, extract, put, rows
from tests.server import Request, Server, answering, refusal, shown, simplest

pytestmark = pytest.mark.usefixtures("here", "at_once")


def test_only_what_changed_is_asked(server: Server) -> None:
    """Rows of equal texts are those of before, but for what they cost and where they stand."""
    texts = cooks(5)
    put(texts)
    assert 0 == extract(server, "old").exit_code
    before, count = {row["id"]: row for row in rows("old/rows.jsonl")}, len(server.requests)
    texts["1"] = texts["1"].replace("$16", "$19")
    del texts["3"]
    put({"new": "Glazier wanted\nJob 7.\nPay: $30 an hour\n", **texts})
    words = ("--since", "old", "--changes", "changes.jsonl")
    result = extract(server, "today", *words)
    assert 0 == result.exit_code, result.output
    assert count + 2 == len(server.requests)
    assert (
        "since old: 1 appeared, 1 changed, 1 vanished, 3 the same (salary 1); "
        "each of them in changes.jsonl" in result.stderr
    )
    appeared, changed, vanished = rows("changes.jsonl")
    assert {"id": "new", "source": "in.jsonl:1", "change": "appeared"} == appeared
    assert ("1", "changed", ["salary"]) == (
        changed["id"], changed["change"], list(changed["fields"])
    )  # fmt: skip
    assert 16.0 == changed["fields"]["salary"]["before"]["min"]
    assert 19.0 == changed["fields"]["salary"]["after"]["min"]
    assert {"id": "3", "source": "in.jsonl:4", "change": "vanished"} == vanished
    after = {row["id"]: row for row in rows("today/rows.jsonl")}
    for id_ in ("0", "2", "4"):
        carried = before[id_]
        carried["source"] = after[id_]["source"]
        carried["provenance"]["usage"] = dict.fromkeys(carried["provenance"]["usage"], 0)
        assert carried == after[id_]
    assert "2,400 + 160 tokens in 2 requests" in result.stderr
    count = len(server.requests)
    again = extract(server, "today", *words)
    assert count == len(server.requests)
    assert "1 appeared, 1 changed, 1 vanished, 3 the same" in again.stderr


def test_carried_rows_can_be_derived_again(server: Server) -> None:
    """Their answers are carried over too."""
    put(cooks(2))
    extract(server, "old")
    extract(server, "today", "--since", "old")
    result = command("run", "again", "today", "--whole")
    assert 0 == result.exit_code, result.output
    assert "2 texts: 0 changed, 2 as before" in result.stderr


def test_a_row_without_an_id_is_known_by_its_text(server: Server) -> None:
    """Its name is its line, which is another one's in the next crawl."""
    texts = list(cooks(3).values())
    Path("in.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    extract(server, "old")
    texts = ["Glazier wanted\nJob 7.\n", *texts[1:]]
    Path("in.jsonl").write_text(
        "{broken\n" + "".join(json.dumps({"text": text}) + "\n" for text in texts)
    )
    count = len(server.requests)
    result = extract(server, "today", "--since", "old")
    assert count + 1 == len(server.requests)
    assert "2 appeared, 0 changed, 1 vanished, 2 the same" in result.stderr


def test_a_failure_is_not_carried_over() -> None:
    """It is asked again, and its change is its error."""
    fails = True

    def picky(request: Request) -> tuple[int, object]:
        return refusal(422, "no") if fails and "Job 1." in shown(request) else simplest(request)

    put(cooks(2))
    with answering(picky) as server:  # type: ignore[arg-type]
        assert 1 == extract(server, "old").exit_code
        fails = False
        count = len(server.requests)
        result = extract(server, "today", "--since", "old")
        assert 0 == result.exit_code, result.output
        assert count + 1 == len(server.requests)
    assert "0 changed, 0 vanished, 2 the same" in result.stderr


def test_a_run_that_cannot_be_compared_is_refused(server: Server) -> None:
    """Another model, an unfinished run, none at all, or the run itself."""
    put(cooks(3))
    extract(server, "old")
    count = len(server.requests)
    for words, fault in (
        (
            ("--since", "old", "--model", "other"),
            "the rows of old cannot be carried over: the model",
        ),
        (("--since", "none"), "none is not the folder of a run"),
        (("--since", "today"), "today is the run itself"),
        (("--changes", "changes.jsonl"), "--changes needs --since"),
        (
            ("--changes", "changes.jsonl", "--since", "old", "--shard", "1/2"),
            "a shard is not compared",
        ),
    ):
        result = extract(server, "today", *words)
        assert 2 == result.exit_code
        assert fault in " ".join(result.output.split())
    change("old", "DELETE FROM answers WHERE json_extract(row, '$.id') = '2'")
    result = extract(server, "today", "--since", "old")
    assert "old is not finished: 1 of its documents have no row" in result.stderr
    assert count == len(server.requests)


def test_shards_carry_over_side_by_side(server: Server) -> None:
    """Each reads the earlier run while others do; the joined run is compared with it."""
    put(cooks(6))
    extract(server, "old")
    put({id_: text for id_, text in cooks(6).items() if id_ != "2"})
    count = len(server.requests)
    with EarlierRun.opened(Path("old")):
        for number in (1, 2):
            result = extract(server, f"part-{number}", "--shard", f"{number}/2", "--since", "old")
            assert 0 == result.exit_code, result.output
            assert "vanished" not in result.stderr
    assert 0 == command("run", "merge", "part-1", "part-2", "--run", "today").exit_code
    whole = extract(server, "today", "--since", "old")
    assert "since old: 0 appeared, 0 changed, 1 vanished, 5 the same" in whole.stderr
    assert count == len(server.requests)


def test_nothing_is_compared_until_all_is_read(server: Server) -> None:
    """What a cap left out has not vanished."""
    put(cooks(4))
    extract(server, "old")
    put({id_: f"{text}More.\n" for id_, text in cooks(4).items()})
    priced = ("--price-in", "1", "--price-out", "1")
    result = extract(server, "today", "--since", "old", "--max-total-tokens", "9000", *priced)
    assert 3 == result.exit_code
    assert "vanished" not in result.output
    result = extract(server, "today", "--since", "old", *priced)
    assert "0 appeared, 4 changed, 0 vanished, 0 the same" in result.stderr
