"""Shards: each page in one of them, equal texts together, and their folders joined again."""

from __future__ import annotations

import errno
import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.errors import InputError
from extract.runs.job import Input
from extract.runs.journal import Journal
from extract.runs.kept_rows import PAGE_BITS
from extract.sources.shards import Shard, ShardPages
from tests.kept_runs import change, command, cooks, extract, put, rows, timeless
from tests.server import Request, Server, answering, refusal, shown, simplest

pytestmark = pytest.mark.usefixtures("here", "at_once")


def shards(server: Server, of: int, *words: str) -> list[str]:
    """Read each shard of the input into a folder of its own."""
    folders = []
    for number in range(1, of + 1):
        result = extract(server, f"part-{number}", "--shard", f"{number}/{of}", *words)
        assert 0 == result.exit_code, result.output
        folders.append(f"part-{number}")
    return folders


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "1/0", "a/b", "-1/4", "1/4/2", ""])
def test_a_shard_that_is_none_is_refused(text: str) -> None:
    """The message shows the form."""
    with pytest.raises(InputError, match="write K/N"):
        Shard.named(text)


@given(st.lists(st.text() | st.binary()), st.integers(1, 8))
def test_each_page_is_in_one_shard(pages: list[str | bytes], of: int) -> None:
    """Equal texts are in the same one, and all shards agree on what the input was."""
    each = [ShardPages(Shard(number, of)) for number in range(1, of + 1)]
    home: dict[str | bytes, list[bool]] = {}
    for page in pages:
        taken = [one.takes(page) for one in each]
        assert 1 == sum(taken)
        assert home.setdefault(page, taken) == taken
    assert 1 == len({(one.digest, one.pages) for one in each})


def test_half_a_character_has_a_shard() -> None:
    """JSON can escape half of a surrogate pair."""
    assert ShardPages(Shard(1, 1)).takes("\ud83e")


def test_the_shards_of_an_input_are_the_input() -> None:
    """Files, packed files, rows, pages of several postings and what cannot be read: each once."""
    several = (
        "# Cook\nPay: £12 an hour, and the grill is yours. Weekends are free.\n"
        "# Baker\nPay: £14 an hour. You start at four and are home by noon."
    )
    put({**cooks(5), "two": several})
    with Path("in.jsonl").open("a") as file:
        file.write('{"id": "null", "text": null}\n{broken\n{"id": "0", "text": "Again"}\n')
    Path("page.txt").write_text("Glazier wanted in Leeds")
    Path("page.txt.gz").write_bytes(gzip.compress(b"Tailor wanted in Leeds"))
    paths = ("in.jsonl", "page.txt", "page.txt.gz", "missing.txt")
    whole = {document.id for document in Input(paths).documents()}
    parts = [
        {document.id for document in Input(paths, shard=Shard(n, 3)).documents()}
        for n in range(1, 4)
    ]
    assert whole == set.union(*parts)
    assert len(whole) == sum(map(len, parts))
    assert {"two#1", "two#2", "null", "missing"} < whole
    assert any({"two#1", "two#2"} <= part for part in parts)


def test_only_the_pages_of_a_shard_are_read() -> None:
    """Those of the others are not even cut into lines."""
    put(cooks(40))
    raw = list(Input(("in.jsonl",)).placed(ShardPages(Shard(1, 4))))
    assert 40 == raw.count(None)
    assert 0 < len(raw) - 40 < 40


def test_joined_shards_are_the_run_of_the_whole(server: Server) -> None:
    """Rows, order and usage are those of one run; the ledgers add up."""
    texts = {**cooks(12), "same": cooks(1)["0"]}
    put(texts)
    assert 0 == extract(server, "whole").exit_code
    asked = len(server.requests)
    folders = shards(server, 3)
    assert 2 * asked == len(server.requests)
    result = command("run", "merge", *reversed(folders), "-o", "rows.jsonl", "--run", "joined")
    assert 0 == result.exit_code, result.output
    assert "3 folders: 13 records; 14,400 + 960 tokens in 12 requests" in result.stderr
    expected = [timeless(row) for row in rows("whole/rows.jsonl")]
    assert expected == [timeless(row) for row in rows("rows.jsonl")]
    again = extract(server, "joined")
    assert 0 == again.exit_code, again.output
    assert 2 * asked == len(server.requests)
    assert expected == [timeless(row) for row in rows("joined/rows.jsonl")]
    assert "14,400 + 960 tokens in 12 requests" in again.stderr


def test_rows_are_joined_into_every_format(server: Server) -> None:
    """A table has a line for each row."""
    put(cooks(3))
    folders = shards(server, 2)
    assert 0 == command("run", "merge", *folders, "-o", "rows.csv").exit_code
    assert 4 == len(Path("rows.csv").read_text().splitlines())


def test_a_shard_goes_on_and_follows_its_input(server: Server) -> None:
    """What was answered is not asked again; a page that is gone has no row."""
    put(cooks(10))
    extract(server, "part", "--shard", "1/2")
    first = {row["id"] for row in rows("part/rows.jsonl")}
    assert 0 < len(first) < 10
    count = len(server.requests)
    gone = min(first)
    put({id_: text for id_, text in cooks(10).items() if id_ != gone})
    assert 0 == extract(server, "part", "--shard", "1/2").exit_code
    assert count == len(server.requests)
    assert first - {gone} == {row["id"] for row in rows("part/rows.jsonl")}


def test_a_folder_is_one_shards(server: Server) -> None:
    """Another shard, or the whole input, is refused there."""
    put(cooks(2))
    assert 0 == extract(server, "part", "--shard", "1/2").exit_code
    for words in (("--shard", "2/2"), ()):
        result = extract(server, "part", *words)
        assert 2 == result.exit_code
        assert "the shard was '1/2' and is now" in result.stderr
    assert "--shard needs --run" in command("extract", "in.jsonl", "--shard", "1/2").output


def test_what_is_missing_is_named(server: Server) -> None:
    """A missing shard, one that is not finished, one that is no run: all in one message."""
    put(cooks(8))
    shards(server, 4)
    change("part-2", "DELETE FROM facts WHERE name = 'ended'")
    Path("part-9").mkdir()
    result = command("run", "merge", "part-1", "part-2", "part-4", "part-9", "-o", "rows.jsonl")
    assert 2 == result.exit_code
    for fault in (
        "shard 3 of 4 is missing: give its folder too, or read it with `postings extract … --shard",
        "part-2 is not finished: its input was not read to the end; start its command again",
        "part-9 is not the folder of a run",
        "add --partial",
    ):
        assert fault in result.stderr
    assert not Path("rows.jsonl").exists()
    result = command(
        "run", "merge", "part-1", "part-2", "part-4", "part-9", "-o", "rows.jsonl", "--partial"
    )
    assert 1 == result.exit_code
    assert "not whole: shard 3 of 4 is missing" in result.stderr
    there = {
        row["id"] for name in ("part-1", "part-2", "part-4") for row in rows(f"{name}/rows.jsonl")
    }
    assert there == {row["id"] for row in rows("rows.jsonl")}


def test_folders_that_do_not_belong_together_are_refused(server: Server) -> None:
    """Another prompt, another division, the same shard twice: also of a partial merge."""
    put(cooks(4))
    shards(server, 2)
    shipped = Path(__file__).parent.parent / "prompts" / "reading-1.toml"
    Path("mine.toml").write_text(shipped.read_text() + "\n# mine\n")
    assert 0 == extract(server, "other", "--shard", "2/2", "--prompt", "mine.toml").exit_code
    assert 0 == extract(server, "third", "--shard", "3/3").exit_code
    assert 0 == extract(server, "plain").exit_code
    assert 0 == extract(server, "twice", "--shard", "2/2").exit_code
    for folders, fault in (
        (("part-1", "other"), "other is not of the same run as part-1: the prompt's content"),
        (("part-1", "third"), "the shards are of different divisions: 1/2, 3/3"),
        (("part-1", "plain"), "plain is not a shard, but others are"),
        (("part-1", "part-2", "twice"), "shard 2/2 is given twice: part-2 and twice"),
    ):
        for words in ((), ("--partial",)):
            result = command("run", "merge", *folders, "-o", "rows.jsonl", *words)
            assert 2 == result.exit_code
            assert fault in result.stderr
            assert "--partial" not in result.stderr
    assert not Path("rows.jsonl").exists()


def test_shards_of_another_input_are_named(server: Server) -> None:
    """Their places mean something else."""
    put(cooks(4))
    extract(server, "part-1", "--shard", "1/2")
    put(cooks(5))
    extract(server, "part-2", "--shard", "2/2")
    result = command("run", "merge", "part-1", "part-2", "-o", "rows.jsonl")
    assert 2 == result.exit_code
    assert "part-2 read another input than part-1 (5 pages, 4 there)" in result.stderr


def test_a_damaged_or_used_folder_is_named(server: Server) -> None:
    """The others can still be joined, if one says so."""
    put(cooks(4))
    shards(server, 2)
    journal = Journal(Path("part-1"))
    result = command("run", "merge", "part-1", "part-2", "-o", "rows.jsonl")
    assert "part-1 is in use by another process: wait until its run has ended" in result.stderr
    journal.close()
    Path("part-1/journal.sqlite").write_bytes(b"torn" * 5000)
    for wal in Path("part-1").glob("journal.sqlite-*"):
        wal.unlink()
    result = command("run", "merge", "part-1", "part-2", "-o", "rows.jsonl")
    assert 2 == result.exit_code
    assert "part-1/journal.sqlite" in result.stderr
    assert "file is not a database" in result.stderr
    result = command("run", "merge", "part-1", "part-2", "-o", "rows.jsonl", "--partial")
    assert 1 == result.exit_code
    assert len(rows("part-2/rows.jsonl")) == len(rows("rows.jsonl"))


def test_folders_that_were_cut_by_hand_are_joined_in_turn(server: Server) -> None:
    """A text asked in both counts once, a document in both is one, an id of two texts is named."""
    texts = cooks(4)
    put({"a": texts["0"], "both": texts["1"], "c": texts["2"]})
    extract(server, "first")
    put({"d": texts["0"], "both": texts["1"], "c": texts["3"]})
    extract(server, "second")
    result = command("run", "merge", "first", "second", "-o", "rows.jsonl", "--run", "joined")
    assert 1 == result.exit_code, result.output
    joined = rows("rows.jsonl")
    assert ["a", "both", "c", "d", "c"] == [row["id"] for row in joined]
    assert [1, 1, 1, 0, 1] == [row["provenance"]["usage"]["calls"] for row in joined]
    assert "2 texts were asked in more than one folder" in result.stderr
    assert "(2,560 tokens were spent on them again)" in result.stderr
    assert "1 documents were in more than one folder" in result.stderr
    assert "1 ids have two rows, of different texts: c (first and second)" in result.stderr
    assert "5 records; 7,200 + 480 tokens in 6 requests" in result.stderr


def test_a_record_goes_before_a_failure() -> None:
    """What one folder could not read, another may have."""

    def first_fails(request: Request) -> tuple[int, object]:
        refused = len(server.requests) == 1 and "Job 0." in shown(request)
        return refusal(422, "no") if refused else simplest(request)

    with answering(first_fails) as server:  # type: ignore[arg-type]
        put({"a": cooks(1)["0"]})
        assert 1 == extract(server, "first").exit_code
        put({"b": cooks(1)["0"]})
        assert 0 == extract(server, "second").exit_code
    result = command("run", "merge", "first", "second", "-o", "rows.jsonl")
    assert 0 == result.exit_code, result.output
    assert ["a", "b"] == [row["id"] for row in rows("rows.jsonl") if "posting" in row]


def test_an_output_that_cannot_be_written_leaves_the_folders_whole(server: Server) -> None:
    """Nothing is written over, neither a file's folder nor a run."""
    put(cooks(2))
    folders = shards(server, 2)
    extract(server, "other.part")
    for words, fault in (
        (("-o", "no/such/rows.jsonl"), "cannot be written"),
        (("-o", "rows.txt"), "must end in one of"),
        (("--run", "part-1"), "is not empty: choose a new folder"),
        (("--run", "other"), "other.part is in the way"),
        ((), "name a file"),
    ):
        result = command("run", "merge", *folders, *words)
        assert 2 == result.exit_code
        assert fault in " ".join(result.output.split()).replace("│ ", "")
    assert 2 == len(rows("other.part/rows.jsonl"))
    assert 0 == command("run", "merge", *folders, "-o", "rows.jsonl").exit_code


def test_the_place_of_a_page_leaves_room_for_its_postings() -> None:
    """A page of ten million characters cannot hold more."""
    assert 10_000_000 / (1 << PAGE_BITS) < 10


def test_a_full_disk_leaves_the_folders_as_they_were(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file passes for a whole one, and the merge can be done again."""
    put(cooks(3))
    folders = shards(server, 2)
    before = [Path(name, "rows.jsonl").read_bytes() for name in folders]

    def full(_fields: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("extract.runs.rows_file.one_line", full)
        result = command("run", "merge", *folders, "-o", "rows.jsonl")
    assert 2 == result.exit_code
    assert "rows.jsonl cannot be written: No space left on device" in result.stderr
    assert not Path("rows.jsonl").exists()
    assert before == [Path(name, "rows.jsonl").read_bytes() for name in folders]
    assert 0 == command("run", "merge", *folders, "-o", "rows.jsonl").exit_code


def test_folders_of_an_older_version_are_joined(server: Server) -> None:
    """They know neither their input nor their price, and keep no answers."""
    texts = list(cooks(4).items())
    for name, some in (("first", texts[:2]), ("second", texts[2:])):
        put(some)
        extract(server, name)
        for table in ("facts", "finished", "kept", "codes"):
            change(name, f"DROP TABLE {table}")
    result = command("run", "merge", "first", "second", "-o", "rows.jsonl", "--run", "joined")
    assert 0 == result.exit_code, result.output
    assert [id_ for id_, _ in texts] == [row["id"] for row in rows("rows.jsonl")]
    again = command("run", "again", "joined")
    assert "4 were made before answers were kept" in again.stderr


def test_workers_read_a_shard_and_keep_answers(server: Server) -> None:
    """The same rows at the same places, and their answers, from other processes."""
    put(cooks(8))
    assert 0 == extract(server, "alone", "--shard", "1/2").exit_code
    assert 0 == extract(server, "crew", "--shard", "1/2", "--workers", "2").exit_code
    alone, crew = (
        [timeless(row) for row in rows(f"{folder}/rows.jsonl")] for folder in ("alone", "crew")
    )
    assert alone == crew
    result = command("run", "again", "crew", "--whole")
    assert 0 == result.exit_code, result.output
    assert f"{len(crew)} texts: 0 changed, {len(crew)} as before" in result.stderr
