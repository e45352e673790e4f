"""Turn bytes, text or a file into a `Document`: what a reader sees, in numbered lines."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from extract.errors import InputError
from extract.text.decode import clean, decode
from extract.text.json_feed import RULE, feed
from extract.text.jsx import Module, module
from extract.text.markup import Page, is_html, page, resolved
from extract.text.numbered_lines import lines
from extract.text.planted import without_planted
from extract.text.residue import unmarked, without_code
from extract.text.structured import flattened, item, job_postings
from extract.text.xml_feed import is_xml, xml_lines
from extract.values import Document

__all__ = ["LARGEST", "from_bytes", "from_text", "read"]

LARGEST = 10_000_000
"""The largest input in bytes, and the longest text in characters."""

_FRONT_MATTER = re.compile(r"\s*---[ ]*\n(?:[^\n]*\n){1,200}?---[ ]*(?:\n|$)")
_NEEDS_SCRIPT = re.compile(r"javascript|loading|チャージ", re.IGNORECASE)
_SHELL = "the page holds no text without JavaScript: save the rendered page"
_SHELL_LENGTH = 160
_NESTED = 2


def from_text(text: str, *, id: str = "text", source: str = "text") -> Document:  # noqa: A002
    """Return the document that `text` shows: plain text, Markdown, HTML, XML, JSON or JSON-LD.

    Raises `InputError` if the text is too long or shows nothing to read.

    >>> document = from_text("<h1>Cook</h1><p>Pay: &euro;15 &amp; meals</p>")
    >>> [document.quote(line.span) for line in document.lines]
    ['Cook', 'Pay: €15 & meals']
    """
    if len(text) > LARGEST:
        raise InputError(f"{source}: {len(text):,} characters, more than the limit of {LARGEST:,}")
    shown = without_planted(_shown(clean(text), source, 0).strip("\n")).strip("\n")
    found = lines(shown)
    if not found:
        raise InputError(f"{source}: holds no readable text")
    return Document(id, source, shown, found)


def from_bytes(data: bytes, *, id: str = "bytes", source: str = "bytes") -> Document:  # noqa: A002
    """Return the document in `data`; its encoding is detected.

    >>> from_bytes("Serveur à Orléans".encode("latin-1")).text
    'Serveur à Orléans'
    """
    if len(data) > LARGEST:
        raise InputError(f"{source}: {len(data):,} bytes, more than the limit of {LARGEST:,}")
    try:
        text = decode(data)
    except InputError as error:
        raise InputError(f"{source}: {error}") from error
    return from_text(text, id=id, source=source)


def read(path: str | Path, *, id: str | None = None) -> Document:  # noqa: A002
    """Return the document in a file; its id is the name of the file without the suffix.

    Raises `InputError` if the file is a directory, is missing, cannot be read, is too large or is
    not text.
    """
    file = Path(path)
    try:
        if file.is_dir():
            raise InputError(f"{file}: is a directory; name a file in it")
        if file.is_file() and file.stat().st_size > LARGEST:
            size = file.stat().st_size
            raise InputError(f"{file}: {size:,} bytes, more than the limit of {LARGEST:,}")
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{file}: no such file") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{file}: cannot be read: {reason}") from error
    return from_bytes(data, id=id or file.stem or file.name, source=str(file))


def _shown(text: str, source: str, depth: int) -> str:
    value = item(text)
    if value is not None:
        return _plain(_records(value))
    program = module(text)
    if program is not None and (body := _program(program)):
        return body
    front = _FRONT_MATTER.match(text)
    if front is not None and is_html(text[front.end() :]):
        return _plain(front[0]) + "\n" + _shown(text[front.end() :], source, depth)
    if depth < _NESTED and is_xml(text):
        return "\n".join(_element(name, data, depth) for name, data in xml_lines(text))
    if depth < _NESTED and "&lt;" in text and not is_html(text) and is_html(resolved(text)):
        text = resolved(text)
    if not is_html(text):
        return _plain(text)
    shown = page(text)
    evidence = _evidence(shown)
    if not evidence and _is_shell(shown):
        raise InputError(f"{source}: {_SHELL}")
    body = shown.text
    if depth < _NESTED and body != text and is_html(body):
        body = _shown(body, source, depth + 1)
    return "\n\n".join(part for part in (*evidence, _plain(body)) if part)


def _program(program: Module) -> str:
    """Return what a module's elements show, between its other data and its lists of records."""
    data = list(program.values.values())
    if not program.html and all(isinstance(value, dict) for value in data):
        data = [data]
    feeds = [value for value in data if feed(value) is not None]
    parts = [_records(value) for value in data if value not in feeds]
    parts += [page(program.html).text, *map(_records, feeds)]
    return "\n\n".join(_plain(part) for part in parts if part).strip()


def _records(value: Any) -> str:
    """Return a JSON value as lines; in a feed a rule stands before each record."""
    found = feed(value)
    if found is None:
        return flattened(value, _reduced)
    rendered = (flattened(record, _reduced) for record in found.records)
    if len(found.records) == 1:
        return "\n".join([flattened(found.shared, _reduced), *rendered]).strip()
    return f"\n\n{RULE}\n\n".join([flattened(found.shared, _reduced), *rendered])


def _is_shell(shown: Page) -> bool:
    short = len(shown.text) < _SHELL_LENGTH
    return shown.shell or (
        short and shown.scripted and _NEEDS_SCRIPT.search(shown.text) is not None
    )


def _evidence(shown: Page) -> list[str]:
    """Return the job postings in a page's JSON-LD blocks as lines, each posting once."""
    rendered = [
        _plain(flattened(posting, _reduced, shown.text))
        for block in shown.blocks
        for posting in job_postings(block)
    ]
    return list(dict.fromkeys(rendered))


def _element(name: str, data: str, depth: int) -> str:
    if data == RULE:
        return f"\n{RULE}\n"
    words = _shown(data, name, depth + 1) if "<" in data else _plain(data)
    return f"{name}: {words}" if name and "\n" not in words else f"{name}:\n{words}"


def _reduced(value: str) -> str:
    value = resolved(clean(value))
    return page(value).text if is_html(value) else value


def _plain(text: str) -> str:
    return unmarked(without_code(resolved(text)))
