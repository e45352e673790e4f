"""Recordings play exactly what was asked, or say what differs; nothing is hit by chance."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
import yaml

from extract import resources
from extract.asking import prompt as prompts
from extract.errors import CassetteError, CassetteMissError, CassetteWriteError
from extract.models.cassettes import Mode, RecordedCase, Recordings
from extract.models.client import Model
from extract.posting import Posting
from extract.record import Record
from extract.runs.opening import opened
from extract.text.document import from_text
from extract.values import Document
from tests.server import Request, Server, answering, completion

Schema = type[Any]


def _title(asked: Request) -> tuple[int, dict[str, Any]]:
    """Answer with the first words of the document, so that every document has its own answer."""
    first = asked["messages"][-1]["content"].splitlines()[0].partition(" ")[2]
    schema = asked["response_format"]["json_schema"]["schema"]
    answer = {
        name: True if part.get("type") == "boolean" else [] if part.get("type") == "array" else ""
        for name, part in schema["properties"].items()
    }
    status, body = completion(json.dumps({**answer, "title": [first]}))
    secret = {"id": "chatcmpl-volatile", "created": 17, "system_fingerprint": "fp", "timings": {}}
    return status, {**body, **secret}


@pytest.fixture
def server() -> Iterator[Server]:
    """Serve a model that answers each document with its first line."""
    with answering(_title) as running:
        yield running


def _documents(count: int = 3) -> list[Document]:
    return [from_text(f"Baker {n}\nLeeds", id=f"case-{n}", source="-") for n in range(count)]


def _read(  # noqa: PLR0913 - one keyword for each thing that a test changes
    documents: list[Document],
    folder: Path,
    base_url: str,
    mode: Mode = "replay",
    *,
    concurrency: int = 1,
    schema: Schema = Posting,
    prompt: str | Path | None = None,
) -> dict[str, Record[Any] | Exception]:
    """Read the documents through one extractor; a fault is the document's own."""
    results: dict[str, Record[Any] | Exception] = {}

    async def run() -> None:
        recordings = Recordings(folder, mode, "record it: make record")
        model = Model("simple", base_url, "sk-a-key-that-must-not-be-kept", reading="closed")
        async with opened(schema, model=model, prompt=prompt, recordings=recordings) as extractor:
            limit = anyio.CapacityLimiter(concurrency)

            async def one(document: Document) -> None:
                async with limit:
                    try:
                        results[document.id] = await extractor.read(document)
                    except CassetteError as error:
                        results[document.id] = error

            async with anyio.create_task_group() as group:
                for document in documents:
                    group.start_soon(one, document)

    anyio.run(run)
    return results


def _titles(results: dict[str, Record[Any] | Exception]) -> dict[str, str | None]:
    return {
        case: None if isinstance(found, Exception) else found.posting.title
        for case, found in results.items()
    }


DEAD = "http://127.0.0.1:9/v1"
"""A port on which nothing listens."""


@pytest.mark.parametrize("concurrency", [1, 16])
def test_in_any_order_and_number_each_document_gets_its_own_answer(
    server: Server, tmp_path: Path, concurrency: int
) -> None:
    """Sixteen documents in flight, in another order, at another port: nothing is mixed up."""
    documents = _documents(16)
    _read(documents, tmp_path, server.base_url, "record", concurrency=concurrency)
    replayed = _read(documents[::-1], tmp_path, DEAD, concurrency=concurrency)
    assert {f"case-{n}": f"Baker {n}" for n in range(16)} == _titles(replayed)


def test_recording_asks_only_for_what_is_missing_or_changed(server: Server, tmp_path: Path) -> None:
    """A second run asks nothing; a changed document is asked again, and its old answer dropped."""
    documents = _documents()
    _read(documents, tmp_path, server.base_url, "record")
    assert 3 == len(server.requests)
    _read(documents, tmp_path, server.base_url, "record")
    assert 3 == len(server.requests)
    documents[1] = from_text("Baker 1\nYork", id="case-1", source="-")
    _read(documents, tmp_path, server.base_url, "record")
    assert 4 == len(server.requests)
    assert 1 == len(yaml.safe_load((tmp_path / "case-1.yaml").read_text())["interactions"])


def test_two_cases_that_ask_the_same_are_asked_once(server: Server, tmp_path: Path) -> None:
    """So that they get the same answer, now and when the second is recorded later."""
    twins = [from_text("Baker\nLeeds", id=name, source="-") for name in ("one", "two")]
    _read(twins, tmp_path, server.base_url, "record")
    assert 1 == len(server.requests)
    (tmp_path / "two.yaml").unlink()
    _read(twins, tmp_path, server.base_url, "record")
    assert 1 == len(server.requests)
    assert ["one", "two"] == list(_read(twins, tmp_path, "http://127.0.0.1:9"))


def test_recording_all_asks_for_everything(server: Server, tmp_path: Path) -> None:
    """Mode "all" replaces every recording."""
    _read(_documents(), tmp_path, server.base_url, "record")
    _read(_documents(), tmp_path, server.base_url, "all")
    assert 6 == len(server.requests)
    assert 1 == len(yaml.safe_load((tmp_path / "case-0.yaml").read_text())["interactions"])


def test_one_character_of_a_document_makes_exactly_its_case_fail(
    server: Server, tmp_path: Path
) -> None:
    """The miss names the case, shows the line that differs, and says how to record it."""
    documents = _documents()
    _read(documents, tmp_path, server.base_url, "record")
    documents[2] = from_text("Baker 2\nLeeds!", id="case-2", source="-")
    results = _read(documents, tmp_path, DEAD)
    assert {"case-0": "Baker 0", "case-1": "Baker 1", "case-2": None} == _titles(results)
    missed = str(results["case-2"])
    assert "case 'case-2'" in missed
    assert "text:\n  -2 Leeds\n  +2 Leeds!" in missed
    assert missed.endswith("record it: make record")


def test_a_line_of_dashes_is_shown_as_changed(server: Server, tmp_path: Path) -> None:
    """It is not taken for the head of a diff."""
    _read(_documents(1), tmp_path, server.base_url, "record")
    changed = from_text("Baker 0\n-- Leeds", id="case-0", source="-")
    missed = str(_read([changed], tmp_path, DEAD)["case-0"])
    assert "Leeds\n  +" in missed


def test_one_word_of_the_prompt_makes_every_case_fail(server: Server, tmp_path: Path) -> None:
    """The diff shows the words of the prompt."""
    _read(_documents(), tmp_path / "tape", server.base_url, "record")
    shipped = (resources.prompts() / f"{prompts.DEFAULTS['closed']}.toml").read_text()
    changed = tmp_path / "changed.toml"
    changed.write_text(shipped.replace("You read one document", "You study one document"))
    results = _read(_documents(), tmp_path / "tape", DEAD, prompt=changed)
    assert all(isinstance(found, CassetteMissError) for found in results.values())
    missed = str(results["case-0"])
    assert "prompt:\n  -You read one document" in missed
    assert "+You study one document" in missed


def test_one_field_of_the_schema_makes_every_case_fail(server: Server, tmp_path: Path) -> None:
    """The diff shows the field."""
    wider = type(
        "Posting",
        (Posting,),
        {
            "__doc__": Posting.__doc__,
            "__module__": __name__,
            "__annotations__": {"motto": str | None},
            "motto": None,
        },
    )
    _read(_documents(), tmp_path, server.base_url, "record")
    results = _read(_documents(), tmp_path, DEAD, schema=wider)
    assert all(isinstance(found, CassetteMissError) for found in results.values())
    assert '"motto"' in str(results["case-0"])


def test_a_missing_recording_says_so(tmp_path: Path) -> None:
    """Without a file there is nothing to compare, only how to record."""
    missed = _read(_documents(1), tmp_path, DEAD)["case-0"]
    assert isinstance(missed, CassetteMissError)
    assert "case-0.yaml does not exist; record it: make record" in str(missed)


def test_a_recording_keeps_nothing_volatile_and_nothing_secret(
    server: Server, tmp_path: Path
) -> None:
    """No key, host, port, header, id or time; but what it was made with, and it is small."""
    _read(_documents(1), tmp_path, server.base_url, "record")
    text = (tmp_path / "case-0.yaml").read_text()
    for secret in ("sk-a-key", "127.0.0.1", "volatile", "fingerprint", "timings", "created"):
        assert secret not in text
    told = yaml.safe_load(text)
    assert {"case", "model", "prompt", "prompt_sha256", "schema_sha256", "recorded"} < set(told)
    assert len(text.encode()) < 20_000


def test_a_repair_repeats_no_message(tmp_path: Path) -> None:
    """The second call's file holds the document once, and both calls are replayed."""
    calls = count()

    def respond(asked: Request) -> tuple[int, dict[str, Any]]:
        return _title(asked) if next(calls) else completion("no JSON")

    text = "Baker 0\n" + "\n".join(f"Bake loaf number {n}" for n in range(40))
    document = from_text(text, id="case-0", source="-")
    with answering(respond) as server:
        one = _read([document], tmp_path, server.base_url, "record")
    kept = (tmp_path / "case-0.yaml").read_text()
    assert 2 == len(yaml.safe_load(kept)["interactions"])
    assert 1 == kept.count("Bake loaf number 39")
    two = _read([document], tmp_path, DEAD)
    assert isinstance(two["case-0"], Record)
    assert _titles(one) == _titles(two)


def test_an_unplayed_recording_fails(server: Server, tmp_path: Path) -> None:
    """A recording beside the one that is asked for is stale, and is not left unseen."""
    _read(_documents(1), tmp_path, server.base_url, "record")
    path = tmp_path / "case-0.yaml"
    told = yaml.safe_load(path.read_text())
    other = json.loads(json.dumps(told["interactions"][0]).replace("Leeds", "Bath"))
    path.write_text(
        yaml.safe_dump({**told, "interactions": [*told["interactions"], other]}, sort_keys=False)
    )
    assert "1 of 2 recordings" in str(_read(_documents(1), tmp_path, DEAD)["case-0"])


def _truncated(text: str) -> str:
    return text[: len(text) // 2]


def _twice(text: str) -> str:
    told = yaml.safe_load(text)
    return yaml.safe_dump({**told, "interactions": told["interactions"] * 2}, sort_keys=False)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_truncated, "not a valid recording"),
        (lambda text: text.replace("version: 1", "version: 7"), "its version is 7"),
        (
            lambda text: text + "x: !!python/object/apply:os.getcwd []\n",
            "not plain YAML",
        ),
        (_twice, "two recordings of one request"),
        (lambda text: "- just\n- a list\n", "not a cassette"),
        (lambda text: "\udcff".encode("utf-8", "surrogateescape"), "cannot be read"),
    ],
)
def test_a_damaged_or_foreign_file_is_a_clear_error(
    server: Server, tmp_path: Path, damage: Callable[[str], str | bytes], said: str
) -> None:
    """The error names the file and says what to do."""
    _read(_documents(1), tmp_path, server.base_url, "record")
    path = tmp_path / "case-0.yaml"
    damaged = damage(path.read_text())
    path.write_bytes(damaged.encode() if isinstance(damaged, str) else damaged)
    found = _read(_documents(1), tmp_path, DEAD)["case-0"]
    assert isinstance(found, CassetteError)
    assert said in str(found)
    assert str(path) in str(found)


def test_a_full_disk_leaves_the_earlier_recording_intact(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be written is a clear error; no half-written file stays."""
    _read(_documents(1), tmp_path, server.base_url, "record")
    before = (tmp_path / "case-0.yaml").read_text()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("extract.whole_file.os.fsync", full)
    changed = [from_text("Baker 0\nYork", id="case-0", source="-")]
    found = _read(changed, tmp_path, server.base_url, "record")["case-0"]
    assert "cannot be written: No space left on device" in str(found)
    assert before == (tmp_path / "case-0.yaml").read_text()
    assert ["case-0.yaml"] == [path.name for path in tmp_path.iterdir()]


def test_a_read_only_folder_is_a_clear_error(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the file, and says that nothing is lost."""
    _read(_documents(1), tmp_path, server.base_url, "record")
    before = (tmp_path / "case-0.yaml").read_text()

    # Root may write anywhere, so the refusal is played.
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("extract.whole_file.tempfile.mkstemp", refused)
    changed = [from_text("Baker 0\nYork", id="case-0", source="-")]
    found = _read(changed, tmp_path, server.base_url, "record")["case-0"]
    assert isinstance(found, CassetteWriteError)
    assert "case-0.yaml: cannot be written: Permission denied; earlier recordings" in str(found)
    assert before == (tmp_path / "case-0.yaml").read_text()


def test_a_folder_that_is_a_file_is_a_clear_error(server: Server, tmp_path: Path) -> None:
    """What is in the way is left alone."""
    (tmp_path / "tape").write_text("mine")
    found = _read(_documents(1), tmp_path / "tape", server.base_url, "record")["case-0"]
    assert isinstance(found, CassetteError)
    assert "mine" == (tmp_path / "tape").read_text()


def test_headers_that_tell_on_someone_are_not_kept(tmp_path: Path) -> None:
    """No header of a response reaches the file: no cookie, no organisation, no request id."""
    planted = {"Set-Cookie": "s=planted", "OpenAI-Organization": "planted", "X-Id": "planted"}
    with answering(_title, headers=planted) as telling:
        _read(_documents(1), tmp_path, telling.base_url, "record")
    text = (tmp_path / "case-0.yaml").read_text().casefold()
    assert "planted" not in text
    assert "cookie" not in text


def test_an_answer_with_a_secret_is_not_kept(tmp_path: Path) -> None:
    """A body is searched too, before it is written."""

    def respond(asked: Request) -> tuple[int, dict[str, Any]]:
        status, body = _title(asked)
        said = body["choices"][0]["message"]
        said["reasoning"] = "the key is sk-abcdefghijklmnopqrstuvwx"
        return status, body

    with answering(respond) as telling:
        found = _read(_documents(1), tmp_path, telling.base_url, "record")["case-0"]
    assert "looks like a secret" in str(found)
    assert [] == list(tmp_path.iterdir())


def test_what_is_recorded_again_says_so(server: Server, tmp_path: Path) -> None:
    """The hashes beside a recording are those that it was made with, not those of its first."""
    _read(_documents(1), tmp_path, server.base_url, "record")
    changed = from_text("Baker 0\nYork", id="case-0", source="-")
    _read([changed], tmp_path, server.base_url, "record")
    told = yaml.safe_load((tmp_path / "case-0.yaml").read_text())
    assert changed.sha256 == told["document_sha256"]


def test_a_miss_names_the_case_in_its_command(tmp_path: Path) -> None:
    """`{case}` in the command is the case that missed, quoted for a shell."""
    recordings = Recordings(tmp_path, again="record it: postings eval x --only {case}")

    async def run() -> None:
        async with opened(Posting, recordings=recordings) as extractor:
            await extractor.read(from_text("Baker", id="a b", source="-"))

    with pytest.raises(CassetteMissError, match=r"record it: postings eval x --only 'a b'$"):
        anyio.run(run)
    assert {"a b": ()} == recordings.missed


def test_an_id_that_is_no_file_name_is_refused(tmp_path: Path) -> None:
    """No recording is written outside its folder."""
    document = from_text("Baker", id="../escape", source="-")
    assert "cannot name a recording" in str(_read([document], tmp_path, DEAD)["../escape"])


def test_a_refused_call_is_not_recorded(tmp_path: Path) -> None:
    """An error of the server is no answer."""
    with answering(lambda _: (400, {"error": {"message": "no"}})) as refusing:

        async def run() -> None:
            recordings = Recordings(tmp_path, "record")
            model = Model("simple", refusing.base_url, "none", attempts=1, reading="closed")
            async with opened(Posting, model=model, recordings=recordings) as extractor:
                with pytest.raises(Exception, match="no"):
                    await extractor.read(_documents(1)[0])

        anyio.run(run)
    assert [] == list(tmp_path.iterdir())


def test_a_request_outside_of_a_case_is_refused(tmp_path: Path) -> None:
    """Nothing says whose recording it would be."""

    async def run() -> None:
        async with httpx2.AsyncClient(transport=Recordings(tmp_path).transport()) as client:
            with pytest.raises(CassetteError, match="outside of Recordings"):
                await client.post("http://127.0.0.1/v1/chat", json={})

    anyio.run(run)


def test_a_packed_answer_is_recorded_as_what_it_says(tmp_path: Path) -> None:
    """A server may compress: what is handed on is unpacked once, and what is kept can be read."""

    class Packing(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            body = gzip.compress(json.dumps(completion("{}")[1]).encode())
            return httpx2.Response(200, headers={"content-encoding": "gzip"}, content=body)

    async def once(recordings: Recordings) -> str:
        with recordings.case(RecordedCase("one")):
            async with httpx2.AsyncClient(transport=recordings.transport(Packing())) as client:
                asked = {"model": "simple", "messages": []}
                answer = await client.post("http://127.0.0.1/v1/chat", json=asked)
                return str(answer.json()["model"])

    assert "simple" == anyio.run(once, Recordings(tmp_path, "record"))
    assert "simple" == anyio.run(once, Recordings(tmp_path))
