"""What the model has read of a constant prompt, on disk, so that a run starts at its own text.

The server reads the beginning that all prompts of a run share, and writes its state to a file (30
MB for 1,100 tokens of the default model). A later server of the same model, engine and options gets
the file back. The name holds the SHA-256 of the content: a damaged file is deleted, never used.
Nothing here can fail a run: without a state the server reads the prompt itself.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from extract.models.local.lease import Lease

__all__ = ["prime"]

CAP = 512 << 20
"""Bytes that all states may take together: those used last stay."""

_SHORT = 64
"""Tokens below which a prompt is as fast read as restored."""

_SECONDS = 900.0
_ABANDONED = 86_400.0


def prime(lease: Lease, settings: Sequence[object], constant: Sequence[Mapping[str, str]]) -> None:
    """Let the server know the messages that every prompt begins with, if it does not yet.

    `settings` are what else the state depends on: the model's identity and the server's options.
    """
    if not lease.states:
        return
    with suppress(OSError, ValueError, LookupError, TypeError, http.client.HTTPException):
        server = _Server(lease)
        tokens = _common(server, constant)
        if len(tokens) < _SHORT:
            return
        depends = json.dumps([*settings, lease.engine, tokens])
        key = hashlib.sha256(depends.encode()).hexdigest()[:32]
        met = lease.introduce(key)
        if met["known"]:
            return
        if not met["fresh"]:
            # A prompt of another beginning makes the server put aside what it has read before.
            server.read(tokens[:1])
        folder = Path(lease.states)
        if not _restored(server, folder, key, len(tokens)):
            server.read(tokens)
            _save(server, folder, key, len(tokens))


class _Server:
    """The few calls of llama.cpp's server that this takes."""

    def __init__(self, lease: Lease) -> None:
        self._host = urlsplit(lease.address).netloc
        self._headers = {
            "Authorization": f"Bearer {lease.api_key}",
            "Content-Type": "application/json",
        }

    def tokens(self, messages: Sequence[Mapping[str, str]]) -> list[int]:
        """Return the tokens of the prompt that these messages become."""
        prompt = self._post("/apply-template", {"messages": messages})["prompt"]
        asked = {"content": prompt, "add_special": True, "parse_special": True}
        tokens: list[int] = self._post("/tokenize", asked)["tokens"]
        return tokens

    def read(self, tokens: Sequence[int]) -> None:
        """Read the beginning of a prompt, and write nothing."""
        self._post("/completion", {"prompt": tokens, "n_predict": 0, "cache_prompt": True})

    def slot(self, action: str, filename: str) -> dict[str, Any]:
        """Save the server's state to a file, or restore it."""
        return self._post(f"/slots/0?action={action}", {"filename": filename})

    def _post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        # Not through an HTTP client that would ask a configured proxy for loopback.
        connection = http.client.HTTPConnection(self._host, timeout=_SECONDS)
        try:
            connection.request("POST", path, json.dumps(body), self._headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        if response.status != http.client.OK:
            raise ValueError(f"{path}: status {response.status}")
        reply: dict[str, Any] = json.loads(content)
        return reply


def _common(server: _Server, constant: Sequence[Mapping[str, str]]) -> list[int]:
    """Return the tokens that all prompts with these first messages have in common."""
    one, other = (
        server.tokens([*constant, {"role": "user", "content": content}]) for content in ("1", "A")
    )
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    return one[:same]


def _restored(server: _Server, folder: Path, key: str, tokens: int) -> bool:
    """Give the server a state that was kept. A file that is not what it was is deleted."""
    for file in folder.glob(f"{key}-*.state"):
        with suppress(OSError, ValueError, LookupError, http.client.HTTPException):
            if (
                file.stem == f"{key}-{_digest(file)}"
                and server.slot("restore", file.name)["n_restored"] == tokens
            ):
                os.utime(file)
                return True
        with suppress(OSError):
            file.unlink()
    return False


def _save(server: _Server, folder: Path, key: str, tokens: int) -> None:
    if shutil.disk_usage(folder).free < CAP:
        return
    aside = folder / f"{key}-{os.getpid()}.part"
    try:
        saved = server.slot("save", aside.name)
        # A full disk shows in the size alone.
        if saved["n_saved"] == tokens and saved["n_written"] == aside.stat().st_size:
            aside.replace(folder / f"{key}-{_digest(aside)}.state")
    finally:
        aside.unlink(missing_ok=True)
    _limit(folder)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()[:32]


def _limit(folder: Path) -> None:
    """Delete the states used longest ago beyond the cap, and what killed processes left."""
    kept = 0
    stats = [(file.stat(), file) for file in folder.iterdir()]
    for stat, file in sorted(stats, key=lambda each: -each[0].st_mtime):
        if file.suffix == ".state":
            kept += stat.st_size
            unwanted = kept > CAP
        else:
            unwanted = stat.st_mtime < time.time() - _ABANDONED
        if unwanted:
            file.unlink(missing_ok=True)
