"""Record a model's answers and play them again: one seam, at the transport.

A case is one document read with one prompt and one schema; it has a file of its own. While it is
read, its requests go to its file: in "replay" they are answered from it or not at all, in "record"
what is missing or changed is asked of the model and kept, in "all" everything is. An answer that
is of no use is an answer too: it is kept, and is of no use again when it is played. `vcrpy`'s
cassettes hold the recordings; no library is patched, so any number of cases can be in flight.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import httpx2
from vcr.cassette import Cassette
from vcr.record_mode import RecordMode
from vcr.request import Request

from extract.errors import (
    CassetteError,
    CassetteMissError,
    RefusalError,
    ReplyError,
    TruncationError,
)
from extract.models.recording_miss import miss, nearest
from extract.models.tape import FilePersister, JsonBodies, key_of, scrubbed

__all__ = ["Mode", "RecordedCase", "Recordings"]

Mode = Literal["replay", "record", "all"]

_MODES = {"replay": RecordMode.NONE, "record": RecordMode.NEW_EPISODES, "all": RecordMode.ALL}
_OK = 200
_OF_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class RecordedCase:
    """What a recording belongs to. `about` is kept beside it: prompt, hashes.

    `asked_with` returns how the model is asked, and is kept too: as it was at the first request
    that was answered, since playing the recording begins there.
    """

    id: str
    about: Mapping[str, str] = field(default_factory=dict)
    asked_with: Callable[[], Mapping[str, Any]] = dict


@dataclass(slots=True)
class _OpenCase:
    """A case while it is read. `about` is kept beside its recordings once there is a new one."""

    case: RecordedCase
    path: Path
    cassette: Cassette
    loaded: int = field(init=False)
    about: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        self.loaded = len(self.cassette)

    def save(self, about: Mapping[str, Any]) -> None:
        """Write what was played and what is new, if that is not what the file holds.

        `about` is what the file has beside its recordings. In "all" nothing is ever played.
        """
        cassette = self.cassette
        kept = [
            index
            for index in range(len(cassette))
            if index >= self.loaded or cassette.play_counts[index]
        ]
        new = len(cassette) - self.loaded
        if not new and (len(kept) == self.loaded or cassette.record_mode == RecordMode.ALL):
            return
        written = {
            "requests": [cassette.requests[index] for index in kept],
            "responses": [cassette.responses[index] for index in kept],
            "metadata": self.about or dict(about),
        }
        FilePersister.save_cassette(self.path, written, JsonBodies)


@dataclass(frozen=True)
class Recordings:
    """A folder of recordings, one file a case.

    `again` says how a case is recorded: "{case}" in it stands for the case's id, "{model}" for the
    model that it was recorded with. `opened` names each case that was read, `played` and `recorded`
    the case of each answer; `missed` says for a case that got none which parts of
    its request no recording has, and nothing where there is no recording at all.
    """

    folder: Path
    mode: Mode = "replay"
    again: str = "record it again"
    opened: list[str] = field(default_factory=list)
    played: list[str] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)
    missed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _answers: dict[str, bytes] = field(default_factory=dict, repr=False)
    _current: ContextVar[_OpenCase | None] = field(
        default_factory=lambda: ContextVar("case", default=None), repr=False
    )

    def path(self, case_id: str) -> Path:
        """Return the file of a case. Raises CassetteError for an id that is no file name."""
        if not case_id or case_id.startswith(".") or any(char in case_id for char in "/\\\0"):
            raise CassetteError(
                f"{case_id!r} cannot name a recording: use letters, digits, - and _"
            )
        return self.folder / f"{case_id}.yaml"

    def files(self) -> dict[str, Path]:
        """Return the files there are, by the id of their case."""
        return {path.stem: path for path in sorted(self.folder.glob("*.yaml"))}

    def orphans(self, cases: Iterable[str]) -> list[Path]:
        """Return the files that belong to none of the cases."""
        wanted = set(cases)
        return [path for case, path in self.files().items() if case not in wanted]

    @contextmanager
    def case(self, case: RecordedCase) -> Iterator[None]:
        """Answer the requests made in this block from the case's file.

        What was recorded is written when the block ends, whole or not at all; nothing of a block
        that ends before the model has answered. Raises CassetteError where the file cannot be used
        or written, or holds a recording that was not played.
        """
        path = self.path(case.id)
        self.opened.append(case.id)
        cassette = Cassette.load(
            path=path,
            serializer=JsonBodies,
            persister=FilePersister,
            record_mode=_MODES[self.mode],
            match_on=(_same_key,),
            before_record_response=scrubbed,
            drop_unused_requests=True,
            allow_playback_repeats=True,
        )
        opened = _OpenCase(case, path, cassette)
        token = self._current.set(opened)
        try:
            yield
        except (RefusalError, ReplyError, TruncationError):
            self._end(opened)
            raise
        finally:
            self._current.reset(token)
        self._end(opened)

    def _end(self, opened: _OpenCase) -> None:
        cassette = opened.cassette
        if self.mode == "replay" and not cassette.all_played:
            raise CassetteError(
                f"{opened.path} holds {len(cassette)} recordings, of which "
                f"{len(cassette.play_counts)} were asked for: {self._again(opened.case)}"
            )
        if self.mode != "replay":
            opened.save(self._metadata(opened.case.id))

    def about(self, case_id: str) -> dict[str, Any]:
        """Return what is kept beside a recording; nothing if there is none that can be read.

        `path` and `asked` are the path and the body of its first request.
        """
        try:
            text = self.path(case_id).read_text(encoding="utf-8")
            kept = JsonBodies.deserialize(text)
        except (OSError, ValueError):
            return {}
        first = next(iter(kept["interactions"]), None)
        if first is None:
            return dict(kept["metadata"])
        request = first["request"]
        return {
            **kept["metadata"],
            "path": request["uri"],
            "asked": json.loads(request["body"]),
        }

    def _metadata(self, case_id: str) -> dict[str, Any]:
        about = self.about(case_id)
        return {name: value for name, value in about.items() if name not in {"path", "asked"}}

    def _again(self, case: RecordedCase) -> str:
        model = shlex.quote(str(self.about(case.id).get("model", "")))
        return self.again.replace("{case}", shlex.quote(case.id)).replace("{model}", model)

    def transport(self, network: httpx2.AsyncBaseTransport | None = None) -> _Transport:
        """Return a transport for an HTTP client; `network` is where what is missing is asked."""
        return _Transport(self, network or httpx2.AsyncHTTPTransport())

    async def answer(
        self, request: httpx2.Request, network: httpx2.AsyncBaseTransport
    ) -> httpx2.Response:
        """Play the recording of a request, or ask the network and record its answer."""
        opened = self._current.get()
        if opened is None:
            raise CassetteError("a request was made outside of a case: nothing says whose it is")
        body = await request.aread()
        asked = Request(request.method, str(request.url), body, {})
        if opened.cassette.can_play_response_for(asked):
            played = opened.cassette.play_response(asked)
            self.played.append(opened.case.id)
            content = played["body"]["string"]
            if self.mode == "record":
                self._answers[key_of(asked)] = content
            return httpx2.Response(
                played["status"]["code"],
                headers={"content-type": "application/json"},
                content=content,
                request=request,
            )
        if self.mode == "replay":
            differences = nearest(opened.cassette.requests, asked.body)
            self.missed[opened.case.id] = tuple(differences)
            again = self._again(opened.case)
            raise CassetteMissError(miss(opened.case.id, opened.path, differences, again))
        asked_with = opened.case.asked_with()  # before others learn more
        # Two cases can ask the same thing, a twin whose plant was taken out: it is asked once.
        if (known := self._answers.get(key_of(asked))) is not None:
            response = httpx2.Response(_OK, content=known)
        else:
            response = await network.handle_async_request(request)
        content = await response.aread()
        if response.status_code == _OK:
            self._answers[key_of(asked)] = content
            if opened.about is None:
                opened.about = self._metadata(opened.case.id)
            if opened.cassette.dirty or opened.cassette.play_count:
                asked_with = {}
            else:
                opened.about.pop("asked_with", None)
            opened.about.update(_about(opened.case, body, asked_with))
            opened.cassette.append(
                asked, {"status": {"code": _OK, "message": ""}, "body": {"string": content}}
            )
            self.recorded.append(opened.case.id)
        # The content is unpacked, and these speak of it as it came.
        headers = [
            (name, value) for name, value in response.headers.items() if name not in _OF_THE_WIRE
        ]
        return httpx2.Response(
            response.status_code, headers=headers, content=content, request=request
        )


class _Transport(httpx2.AsyncBaseTransport):
    def __init__(self, recordings: Recordings, network: httpx2.AsyncBaseTransport) -> None:
        self._recordings = recordings
        self._network = network

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return await self._recordings.answer(request, self._network)

    async def aclose(self) -> None:
        await self._network.aclose()


def _same_key(asked: Request, recorded: Request) -> None:
    assert key_of(asked) == key_of(recorded), "the key of the request"  # noqa: S101 - vcrpy's way


def _about(case: RecordedCase, body: bytes, asked_with: Mapping[str, Any]) -> dict[str, Any]:
    recorded = datetime.now(UTC).date().isoformat()
    model = json.loads(body)["model"]
    return {
        "case": case.id,
        "model": model,
        **case.about,
        **asked_with,
        "recorded": recorded,
    }
