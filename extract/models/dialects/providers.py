"""The table of providers, `providers.toml`, and the row of an endpoint and a model.

The host name decides on the provider, and the model's name on the family. `provider_named` is for
endpoints whose host is not listed: a proxy, or a server on this machine.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from extract.errors import DialectError
from extract.models.dialects.dialect import LIMITS, WAYS, Dialect, Sizes

__all__ = [
    "UNLISTED",
    "Family",
    "Provider",
    "dialect_of",
    "provider_named",
    "provider_of",
    "providers",
    "read",
]

UNLISTED = "unlisted"
"""The name of the dialect of endpoints that are not in the table."""

_FACTS = {"limit", "most", "left_out", "keywords", "ways", "sizes", "thinks", "cached"}
_ABOUT = {"source", "confirmed", "note", "reports"}
_PROVIDER = {"name", "hosts", "base_url", "key", "read", "family", "retired"} | _FACTS | _ABOUT
_FAMILY = {"name", "models"} | _FACTS | _ABOUT
_PARAMETERS = {"temperature", "reasoning_effort", "tool_choice", "response_format"}
_KEYWORDS = {
    "additionalProperties", "const", "default", "description", "examples", "exclusiveMaximum",
    "exclusiveMinimum", "format", "maxItems", "maxLength", "maximum", "minItems", "minLength",
    "minimum", "multipleOf", "pattern", "title", "uniqueItems",
}  # fmt: skip
_SIZES = {"properties", "depth", "enum_values", "enum_characters"}
_FILE = Path(__file__).with_name("providers.toml")


@dataclass(frozen=True, slots=True)
class Family:
    """Models of one provider that differ from its others."""

    models: tuple[str, ...]
    dialect: Dialect
    source: tuple[str, ...]
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Provider:
    """One row of the table. `key` is the environment variable for the key, "" if none is needed."""

    name: str
    hosts: tuple[str, ...]
    base_url: str | None
    key: str
    dialect: Dialect
    families: tuple[Family, ...]
    source: tuple[str, ...]
    read: date
    confirmed: bool
    note: str = ""
    reports: str = ""
    retired: str = ""

    def speaks(self, model: str) -> Dialect:
        """Return the dialect of one of its models."""
        name = model.lower()
        for family in self.families:
            if any(fnmatchcase(name, pattern) for pattern in family.models):
                return family.dialect
        return self.dialect


def read(text: str, where: str) -> tuple[Provider, ...]:
    """Read a table from TOML. Raises DialectError that names the row and the fault.

    >>> read('provider = [{name = "a", host = ["b"]}]', "mine.toml")
    Traceback (most recent call last):
    ...
    extract.errors.DialectError: mine.toml: provider 'a': unknown key 'host'
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DialectError(f"{where} is not TOML: {error}") from error
    if unknown := table.keys() - {"provider"}:
        raise DialectError(f"{where}: unknown key {min(unknown)!r}; only [[provider]] is allowed")
    rows = tuple(_provider(row, where) for row in table.get("provider", []))
    names = [row.name for row in rows]
    if twice := {name for name in names if names.count(name) > 1}:
        raise DialectError(f"{where}: two providers are called {min(twice)!r}")
    return rows


@lru_cache(maxsize=1)
def providers() -> tuple[Provider, ...]:
    """Return the rows of the table that ships with the package."""
    return read(_FILE.read_text(encoding="utf-8"), _FILE.name)


def provider_named(name: str) -> Provider:
    """Return a row by its name. Raises DialectError that lists the names if there is none.

    >>> provider_named("groq").key
    'GROQ_API_KEY'
    """
    for row in providers():
        if row.name == name:
            return row
    known = ", ".join(row.name for row in providers())
    raise DialectError(f"unknown provider {name!r}; the names are {known}, {UNLISTED}")


def provider_at(base_url: str | None) -> Provider | None:
    """Return the row of an address (by default OpenAI's), None if it is not in the table."""
    if base_url is None:
        return provider_named("openai")
    parts = urlsplit(base_url)
    host = (parts.hostname or "").lower()
    full = f"{host}:{parts.port}" if parts.port else host
    for row in providers():
        if any(fnmatchcase(full if ":" in one else host, one) for one in row.hosts):
            return row
    return None


@lru_cache(maxsize=64)
def provider_of(base_url: str | None, provider: str | None) -> Provider | None:
    """Return the row of the named provider, or that of the address; None if there is none."""
    if provider == UNLISTED:
        return None
    return provider_named(provider) if provider is not None else provider_at(base_url)


@lru_cache(maxsize=64)
def dialect_of(model: str, base_url: str | None, provider: str | None = None) -> Dialect:
    """Return what an endpoint accepts for a model, according to the table.

    >>> dialect_of("gpt-5-mini", None).name, dialect_of("qwen3", "http://10.0.0.5:8000/v1").name
    ('openai-reasoning', 'unlisted')
    """
    row = provider_of(base_url, provider)
    return Dialect() if row is None else row.speaks(model)


def _provider(row: Mapping[str, Any], where: str) -> Provider:
    place = f"{where}: provider {row.get('name')!r}"
    _known(row, _PROVIDER, place)
    _needed(row, ("name", "hosts", "source", "read", "confirmed"), place)
    if not isinstance(row["read"], date):
        raise DialectError(f"{place}: read must be a date, as 2026-11-29")
    base = _dialect(Dialect(name=row["name"]), row, place)
    families = []
    for one in row.get("family", []):
        inside = f"{place}, family {one.get('name')!r}"
        _known(one, _FAMILY, inside)
        _needed(one, ("name", "models", "source", "confirmed"), inside)
        dialect = _dialect(replace(base, name=one["name"]), one, inside)
        families.append(
            Family(tuple(one["models"]), dialect, tuple(one["source"]), one["confirmed"])
        )
    return Provider(
        row["name"],
        tuple(row["hosts"]),
        row.get("base_url"),
        row.get("key", ""),
        base,
        tuple(families),
        tuple(row["source"]),
        row["read"],
        row["confirmed"],
        row.get("note", ""),
        row.get("reports", ""),
        row.get("retired", ""),
    )


def _dialect(base: Dialect, row: Mapping[str, Any], place: str) -> Dialect:
    given = {name: row[name] for name in _FACTS & row.keys()}
    _among(place, "limit", [given.get("limit", base.limit)], LIMITS)
    _among(place, "ways", given.get("ways", base.ways), WAYS)
    _among(place, "left_out", given.get("left_out", ()), _PARAMETERS)
    _among(place, "keywords", given.get("keywords", ()), _KEYWORDS)
    _among(place, "sizes", given.get("sizes", {}), _SIZES)
    if not given.get("ways", base.ways):
        raise DialectError(f"{place}: ways is empty")
    for name in ("left_out", "keywords"):
        if name in given:
            given[name] = frozenset(given[name])
    if "ways" in given:
        given["ways"] = tuple(given["ways"])
    if "sizes" in given:
        given["sizes"] = Sizes(**given["sizes"])
    return replace(base, **given)


def _known(row: Mapping[str, Any], keys: set[str], place: str) -> None:
    if unknown := row.keys() - keys:
        raise DialectError(f"{place}: unknown key {min(unknown)!r}")


def _needed(row: Mapping[str, Any], keys: tuple[str, ...], place: str) -> None:
    if missing := [key for key in keys if key not in row]:
        raise DialectError(f"{place}: {missing[0]} is missing")


def _among(place: str, name: str, given: Any, allowed: Any) -> None:
    if wrong := [one for one in given if one not in allowed]:
        known = ", ".join(sorted(allowed))
        raise DialectError(f"{place}: {name} has {wrong[0]!r}, which is not one of {known}")
