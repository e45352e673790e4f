"""Answers kept on disk, under what determines them, as recordings are: the path and the body.

An SQLite file that any number of processes share. Only whole answers are kept: one that was cut
off, refused or filtered is asked again. What is played costs nothing, so it counts no tokens.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from pathlib import Path
from typing import Any

import httpx2

from extract.errors import JournalError
from extract.models.request_key import request_key

__all__ = ["Cache"]

_OK = 200
_PATIENCE = 30.0
"""Seconds to wait for another process that is writing."""

_TABLE = "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID"
_FREE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


class Cache:
    """The answers in a folder. With `renew` none is played, but each is kept anew.

    Raises JournalError where the folder cannot be used.
    """

    def __init__(self, folder: Path, *, renew: bool = False) -> None:
        self.renew = renew
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(
                folder / "answers.sqlite", timeout=_PATIENCE, isolation_level=None
            )
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute(_TABLE)
        except (OSError, sqlite3.Error) as error:
            raise JournalError(f"the cache {folder} cannot be used: {error}") from error

    def key(self, request: httpx2.Request) -> str:
        """Return what determines the answer of a request."""
        return request_key(request.method, str(request.url), request.content)

    def played(self, key: str, request: httpx2.Request) -> httpx2.Response | None:
        """Return the answer kept under a key, if there is one that can be read."""
        if self.renew:
            return None
        try:
            kept = self._db.execute("SELECT body FROM answers WHERE key = ?", (key,)).fetchone()
            body = None if kept is None else zlib.decompress(kept[0])
        except (sqlite3.Error, zlib.error):
            return None
        if body is None:
            return None
        return httpx2.Response(
            _OK, headers={"content-type": "application/json"}, content=body, request=request
        )

    def keep(self, key: str, response: httpx2.Response) -> None:
        """Keep an answer if it is complete. On a full disk nothing is kept, and nothing fails."""
        body = _whole(response)
        if body is not None:
            try:
                self._db.execute(
                    "INSERT OR REPLACE INTO answers VALUES (?, ?)", (key, zlib.compress(body))
                )
            except sqlite3.Error:
                return

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _whole(response: httpx2.Response) -> bytes | None:
    """Return the body to keep of a response that ends as an answer should."""
    if response.status_code != _OK:
        return None
    try:
        body: dict[str, Any] = json.loads(response.content)
        (choice,) = body["choices"]
        whole = choice["finish_reason"] == "stop" and not choice["message"].get("refusal")
        json.loads(choice["message"]["content"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if not whole:
        return None
    return json.dumps(body | {"usage": _FREE}, ensure_ascii=False).encode()
