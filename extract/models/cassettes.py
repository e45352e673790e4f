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
from extract.models.request_diff import listed, nearest
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


@dataclass(frozen=True, slots=True)
class _OpenCase:
    case: RecordedCase
    path: Path
    cassette: Cassette


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
        token = self._current.set(_OpenCase(case, path, cassette))
        try:
            yield
        except (RefusalError, ReplyError, TruncationError):
            self._end(case, path, cassette)
            raise
        finally:
            self._current.reset(token)
        self._end(case, path, cassette)

    def _end(self, case: RecordedCase, path: Path, cassette: Cassette) -> None:
        if self.mode == "replay" and not cassette.all_played:
            raise CassetteError(
                f"{path}: only {len(cassette.play_counts)} of {len(cassette)} recordings were "
                f"played; {self._again(case, cassette)}"
            )
        cassette._save()  # noqa: SLF001 - the way vcrpy's own context manager ends

    def about(self, case_id: str) -> dict[str, Any]:
        """Return what is written beside a recording; nothing if it cannot be read.

        `path` and `asked` are the path and the body of its first request.
        """
        try:
            text = self.path(case_id).read_text(encoding="utf-8")
            cassette = JsonBodies.deserialize(text)
        except (OSError, ValueError):
            return {}
        first = next(iter(cassette["interactions"]), None)
        if first is None:
            return dict(cassette["metadata"])
        request = first["request"]
        return {
            **cassette["metadata"],
            "path": request["uri"],
            "asked": json.loads(request["body"]),
        }

    def _again(self, case: RecordedCase, cassette: Cassette) -> str:
        model = shlex.quote(str((cassette._metadata or {}).get("model", "")))  # noqa: SLF001
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
            differences = nearest(opened.cassette, asked)
            self.missed[opened.case.id] = tuple(differences)
            again = self._again(opened.case, opened.cassette)
            raise CassetteMissError(_miss(opened, differences, again))
        asked_with = opened.case.asked_with()  # before others learn more
        # Two cases can ask the same, such as twins that differ in hidden text: it is sent once.
        if (known := self._answers.get(key_of(asked))) is not None:
            response = httpx2.Response(_OK, content=known)
        else:
            response = await network.handle_async_request(request)
        content = await response.aread()
        if response.status_code == _OK:
            self._answers[key_of(asked)] = content
            # Not `get_metadata`: it would keep what an earlier recording was made with.
            about = opened.cassette._metadata  # noqa: SLF001
            if opened.cassette.dirty or opened.cassette.play_count:
                asked_with = {}
            else:
                about.pop("asked_with", None)
            about.update(_about(opened.case, body, asked_with))
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
    about = {"case": case.id, "model": json.loads(body)["model"], **case.about, **asked_with}
    return {**about, "recorded": datetime.now(UTC).date().isoformat()}


def _miss(opened: _OpenCase, differences: Mapping[str, list[str]], again: str) -> str:
    miss = f"no recording answers case {opened.case.id!r}"
    if not len(opened.cassette):
        return f"{miss}: {opened.path} does not exist; {again}"
    differing = listed(differences)
    return f"{miss}; the nearest, in {opened.path}, differs:\n{differing}\n{again}"
