"""Record a model's answers and replay them, at the HTTP transport.

A case is one document read with one prompt and one schema, and has its own file. Its requests are
answered from that file: "replay" sends nothing to the model, "record" sends requests that are
missing or changed, "all" sends every request. Invalid answers are recorded too, and are invalid
again when replayed. `vcrpy`'s cassettes hold the recordings; nothing is patched, so cases can be
read concurrently.
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
from extract.models.tape import FilePersister, JsonBodies, key_of, same_key, scrubbed

__all__ = ["Mode", "RecordedCase", "Recordings"]

Mode = Literal["replay", "record", "all"]

_MODES = {"replay": RecordMode.NONE, "record": RecordMode.NEW_EPISODES, "all": RecordMode.ALL}
_OK = 200
_OF_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class RecordedCase:
    """The case of a recording. `about` is written beside it: the prompt and hashes.

    `asked_with` returns the settings of the model, written too: those of the first request that was
    answered, since a replay begins there.
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
    """A folder of recordings, one file per case.

    `again` says how to record a case; "{case}" stands for its id, "{model}" for the model it was
    recorded with. `opened` lists the cases that were read, `played` and `recorded` the case of each
    answer. `missed` maps a case without an answer to the parts of its request that differ from the
    nearest recording; none if there is no recording.
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
        """Return the file of a case. Raises CassetteError if its id cannot be a file name."""
        if not case_id or case_id.startswith(".") or any(char in case_id for char in "/\\\0"):
            raise CassetteError(
                f"{case_id!r} cannot name a recording: use letters, digits, - and _"
            )
        return self.folder / f"{case_id}.yaml"

    def files(self) -> dict[str, Path]:
        """Return the files of the folder, by the id of their case."""
        return {path.stem: path for path in sorted(self.folder.glob("*.yaml"))}

    def orphans(self, cases: Iterable[str]) -> list[Path]:
        """Return the files that belong to none of the cases."""
        wanted = set(cases)
        return [path for case, path in self.files().items() if case not in wanted]

    @contextmanager
    def case(self, case: RecordedCase) -> Iterator[None]:
        """Answer the requests made in this block from the case's file.

        New recordings are written atomically at the end of the block, unless it ends before the
        model has answered. Raises CassetteError if the file cannot be used or written, or holds a
        recording that was not played.
        """
        path = self.path(case.id)
        self.opened.append(case.id)
        cassette = Cassette.load(
            path=path,
            serializer=JsonBodies,
            persister=FilePersister,
            record_mode=_MODES[self.mode],
            match_on=(same_key,),
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
                f"{opened.path}: only {len(cassette.play_counts)} of {len(cassette)} recordings "
                f"were played; {self._again(opened.case)}"
            )
        if self.mode != "replay":
            opened.save(self._metadata(opened.case.id))

    def about(self, case_id: str) -> dict[str, Any]:
        """Return what is written beside a recording; nothing if it cannot be read.

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
        """Return a transport for an HTTP client; requests without a recording go to `network`."""
        return _Transport(self, network or httpx2.AsyncHTTPTransport())

    async def answer(
        self, request: httpx2.Request, network: httpx2.AsyncBaseTransport
    ) -> httpx2.Response:
        """Replay the recording of a request, or send it to the network and record the answer."""
        opened = self._current.get()
        if opened is None:
            raise CassetteError(
                "a request was made outside of Recordings.case(), so it belongs to no case"
            )
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
        # Two cases can ask the same, such as twins that differ in hidden text: it is sent once.
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
        # The content is decompressed already, so these headers no longer hold.
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
