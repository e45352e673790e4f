"""The file of one recorded case: what is kept of a request and a response, and how it is written.

A recording is for reading in a diff: JSON bodies are parsed, long texts are blocks of lines, and
nothing volatile is kept: no host, no port, no headers but the content type, no id, no time. The
order of keys is that of the request, because the order of a schema's fields is the order in which
they are answered. The file is YAML, read with a safe loader; `vcrpy` is given this as its
serializer and its persister. What this module does not do: decide whether to play or to record.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from vcr.persisters.filesystem import CassetteNotFoundError
from vcr.request import Request
from vcr.serialize import CASSETTE_FORMAT_VERSION, deserialize, serialize

from extract.errors import CassetteError, CassetteWriteError
from extract.models.request_key import compact, parsed, request_key

__all__ = ["FilePersister", "JsonBodies", "key_of", "scrubbed", "secrets"]

_KEPT = ("object", "model", "choices", "usage")
"""What is kept of a completion: the rest is drawn anew for every answer."""

_LONG = 60

_SECRET = re.compile(
    r"\b(?-i:sk-)(?:(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{16,}|(?:[a-z]+-)?[A-Za-z0-9_]{20,})|\bBearer\s+[A-Za-z0-9._~+/-]{16,}|\bset-cookie\s*:|\bopenai-organization\b"
    r"|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|-----BEGIN [A-Z ]*PRIVATE KEY-----",
    re.IGNORECASE,
)


def key_of(request: Request) -> str:
    """Return what determines the answer to a request of vcrpy's."""
    return request_key(request.method, request.uri, request.body)


def scrubbed(response: dict[str, Any]) -> dict[str, Any]:
    """Return a recorded response without what is volatile or not for others to see."""
    body = parsed(response["body"]["string"])
    if isinstance(body, dict):
        body = {name: body[name] for name in _KEPT if name in body}
    return {
        "status": response["status"],
        "headers": {"content-type": ["application/json"]},
        "body": {"string": compact(body).encode()},
    }


class JsonBodies:
    """A serializer for vcrpy that writes JSON bodies as YAML."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        """Return the text of a cassette. A message that is sent twice is written once."""
        messages: dict[str, Any] = {}
        interactions = [
            {
                "request": {
                    "method": one["request"]["method"],
                    "path": urlsplit(one["request"]["uri"]).path,
                    "body": _sharing(parsed(one["request"]["body"]), messages),
                },
                "response": {
                    "status": one["response"]["status"]["code"],
                    "body": parsed(one["response"]["body"]["string"]),
                },
            }
            for one in cassette["interactions"]
        ]
        told = {"version": cassette["version"], **cassette.get("metadata", {})}
        return yaml.dump(
            {**told, "interactions": interactions},
            Dumper=_Dumper,
            sort_keys=False,
            allow_unicode=True,
            default_flow_style=None,
            width=120,
        )

    @staticmethod
    def deserialize(text: str) -> dict[str, Any]:
        """Return the cassette of a text, as vcrpy wants it. Raises ValueError for a foreign one."""
        try:
            told = yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of the safe loader
        except yaml.YAMLError as error:
            raise ValueError(f"it is not YAML that may be read: {_first_line(error)}") from error
        if not isinstance(told, dict) or "interactions" not in told:
            raise ValueError("it is not a cassette")
        if told.get("version") != CASSETTE_FORMAT_VERSION:
            raise ValueError(
                f"its version is {told.get('version')!r}, not {CASSETTE_FORMAT_VERSION}"
            )
        try:
            interactions = [
                {
                    "request": {
                        "method": one["request"]["method"],
                        "uri": one["request"]["path"],
                        "body": compact(one["request"]["body"]),
                        "headers": {},
                    },
                    "response": {
                        "status": {"code": one["response"]["status"], "message": ""},
                        "headers": {"content-type": ["application/json"]},
                        "body": {"string": compact(one["response"]["body"])},
                    },
                }
                for one in told["interactions"]
            ]
        except (KeyError, TypeError) as error:
            raise ValueError(f"a recording in it is incomplete: {error!r}") from error
        metadata = {k: v for k, v in told.items() if k not in ("version", "interactions")}
        return {"version": told["version"], "interactions": interactions, "metadata": metadata}


class FilePersister:
    """A persister for vcrpy that writes atomically and says what is wrong with a file."""

    @staticmethod
    def load_cassette(path: str | Path, serializer: Any) -> Any:
        """Return the requests, the responses and the metadata of a file.

        Raises CassetteNotFoundError where there is none, CassetteError where it cannot be used.
        """
        try:
            text = Path(path).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise CassetteNotFoundError from None
        except (OSError, UnicodeDecodeError) as error:
            raise CassetteError(f"{path} cannot be read: {error}") from error
        _refuse_secrets(path, text)
        try:
            loaded = deserialize(text, serializer)
        except ValueError as error:
            raise CassetteError(
                f"{path} cannot be used: {error}. Restore it, or delete it and record again"
            ) from error
        keys = [key_of(request) for request in loaded[0]]
        if len(keys) != len(set(keys)):
            raise CassetteError(
                f"{path} holds two recordings of one request: delete it and record again"
            )
        return loaded

    @staticmethod
    def save_cassette(path: str | Path, cassette: dict[str, Any], serializer: Any) -> None:
        """Write a file whole or not at all. Raises CassetteWriteError where that cannot be."""
        target = Path(path)
        text = serialize(cassette, serializer)
        _refuse_secrets(target, text)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=".recording-")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).chmod(0o644)
                Path(name).replace(target)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(name).unlink()
                raise
        except OSError as error:
            raise CassetteWriteError(
                f"{target} cannot be written: {error.strerror}; what was recorded before is intact"
            ) from error


def secrets(text: str) -> list[str]:
    """Return what in a text has the shape of a key, a token or a cookie.

    >>> secrets("Bearer abcdefghijklmnopqrstuv")
    ['Bearer abcdefghijklmnopqrstuv']
    """
    return _SECRET.findall(text)


def _refuse_secrets(path: str | Path, text: str) -> None:
    if found := secrets(text):
        raise CassetteError(f"{path}: {found[0][:12]!r}… in it looks like a secret: take it out")


def _sharing(body: Any, known: dict[str, Any]) -> Any:
    """Return a request with the very messages that are known, to which YAML then refers."""
    if not isinstance(body, dict) or not isinstance(body.get("messages"), list):
        return body
    shared = [known.setdefault(compact(message), message) for message in body["messages"]]
    return {**body, "messages": shared}


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader, without guessing dates: a posting's dates are text."""


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """The safe dumper, with texts of several lines as blocks."""


def _text(dumper: Any, text: str) -> Any:
    style = "|" if "\n" in text and len(text) > _LONG else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, found) for tag, found in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}
