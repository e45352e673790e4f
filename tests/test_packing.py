"""What lets a reading begin anew: packed documents, a shelf for what waits, a log of answers."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.bench.loopback.made_up import Notice, text_of
from evals.bench.waiting_memory import held
from extract.errors import InputError, JournalError
from extract.models.plain_response import PlainResponse
from extract.runs.answer_log import AnswerLog, hash_of
from extract.runs.job import Input, workers_for
from extract.runs.packing import packed, unpacked
from extract.runs.shelf import Shelf
from extract.sources.paths import RawDocument, Unreadable
from extract.text.document import from_text
from extract.values import Document, Line, Span

OFFSETS = st.integers(0, 2**40)


@given(st.text(st.characters(), min_size=1), st.lists(st.tuples(OFFSETS, OFFSETS, OFFSETS)))
def test_a_packed_document_is_the_same(text: str, numbers: list[tuple[int, int, int]]) -> None:
    """Its text may hold halves of surrogate pairs, and its lines may be any."""
    document = Document("a", "b", text, tuple(Line(n, Span(x, y)) for n, x, y in numbers))
    made = packed(document)
    assert document == unpacked(made) == unpacked(packed(made))
    assert (document.id, document.source, document.sha256) == (made.id, made.source, made.sha256)


def test_a_document_on_a_shelf_is_the_same_document() -> None:
    """And takes its bytes off again when nobody refers to it."""
    shelf = Shelf()
    document = from_text(text_of(1))
    put = packed(document).put(shelf)
    assert document == put.unpacked() == put.carried().unpacked()
    assert put is put.put(shelf)
    del put
    gc.collect()
    assert (0,) == shelf._db.execute("SELECT count(*) FROM shelved").fetchone()


def test_a_shelf_without_room_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of temporary files is full."""
    shelf = Shelf()
    shelf._db.execute("PRAGMA max_page_count = 4")
    with pytest.raises(JournalError, match="temporary files"):
        shelf.put(bytes(100_000))


def request(content: bytes) -> httpx2.Request:
    """Make a request of this content."""
    return httpx2.Request("POST", "http://127.0.0.1/v1", content=content)


def answer(status: int, content: bytes = b"{}") -> PlainResponse:
    """Make an answer."""
    return PlainResponse(status, (("content-type", "application/json"),), content)


def test_a_reading_that_begins_anew_gets_the_answers_it_had() -> None:
    """In their order; what comes after them is sent."""
    log = AnswerLog()
    assert None is log.again(request(b"1"))
    log.add(hash_of(b"1"), answer(429))
    assert None is log.again(request(b"1"))
    log.add(hash_of(b"1"), answer(200, b"yes"))
    log.rewind()
    first, second = log.again(request(b"1")), log.again(request(b"1"))
    assert first is not None
    assert second is not None
    assert (429, 200, b"yes") == (first.status_code, second.status_code, second.content)
    assert None is log.again(request(b"2"))


def test_what_was_paid_for_is_used_though_the_wording_changed_but_a_refusal_is_not() -> None:
    """Another document has taught a lesson meanwhile."""
    paid, refused = AnswerLog(), AnswerLog()
    paid.add(hash_of(b"old"), answer(200))
    refused.add(hash_of(b"old"), answer(400))
    for log in (paid, refused):
        log.rewind()
    assert paid.again(request(b"new")) is not None
    assert None is refused.again(request(b"new"))
    refused.add(hash_of(b"new"), answer(200))
    refused.rewind()
    assert refused.again(request(b"new")) is not None


def test_a_plain_response_is_decoded() -> None:
    """How its content was sent is not in it any more."""
    headers = {"content-encoding": "identity", "retry-after": "3", "content-length": "2"}
    plain = PlainResponse.of(httpx2.Response(429, headers=headers, content=b"no"))
    made = plain.response(request(b""))
    assert ("3", b"no", 429) == (made.headers["retry-after"], made.content, made.status_code)
    assert "content-encoding" not in made.headers


def test_a_text_that_waits_for_its_batch_holds_little() -> None:
    """At most 10 kB, wherever the rest is."""
    assert 0 < asyncio.run(held(20, 5000, Notice)) < 10


def test_raw_documents_are_read_later(tmp_path: Path) -> None:
    """A fault is a value, also where the file is gone by then."""
    file = tmp_path / "a.txt"
    file.write_text("# Cook\nPay: £12 an hour.")
    (raw,) = Input((str(file),)).raw_documents()
    assert isinstance(raw, RawDocument)
    assert list(Input((str(file),)).documents()) == list(raw.documents())
    file.unlink()
    (gone,) = raw.documents()
    assert isinstance(gone, Unreadable)
    assert isinstance(gone.error, InputError)
    assert f"{file}: no such file" == str(gone.error)


@pytest.mark.parametrize(
    ("size", "asked", "expected"),
    [
        (5_000_000, ("gpt-5-mini", 64), 4),
        (5_000_000, ("gpt-5-mini", 1), 1),
        (5_000_000, ("local", 64), 1),
        (2_000, ("gpt-5-mini", 64), 1),
    ],
)
def test_processes_are_started_where_they_pay(
    here: None, monkeypatch: pytest.MonkeyPatch, size: int, asked: tuple[str, int], expected: int
) -> None:
    """For a large input, a hosted model and many documents at once, on several processors."""
    monkeypatch.setattr("extract.runs.job._processors", lambda: 4)
    Path("pages").mkdir()
    for number in range(2):
        Path(f"pages/{number}.txt").write_bytes(bytes(size // 2))
    for paths, processes in ((("pages",), expected), (("pages/*.txt",), expected), (("-",), 1)):
        assert processes == workers_for(Input(paths), *asked)
