"""Choose the columns of a row's text and id: those the user named, else those with usual names.

JSON objects and tables are treated alike. Capitals in a name do not matter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from extract.errors import InputError, abridged

__all__ = ["Columns", "Fields", "Numbered"]

Fields = Mapping[str, Any]
"""A row: its values by column name."""
Numbered = tuple[int, Fields | InputError]
"""The number of a row, and the row or the reason why it cannot be read."""

_TEXTS = ("text", "html", "description")
_IDS = ("id", "url")
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of the text and of the id. Several text columns are read as one JSON object.

    `text` defaults to the first of "text", "html" and "description" that is not empty, `id` to
    "id", else "url".
    """

    text: tuple[str, ...] = ()
    id: str | None = None

    def needed(self, names: Iterable[str], source: str) -> list[str]:
        """Return which columns of a table to read.

        Raises InputError if a named column is missing, or no column has the text.
        """
        names = list(names)
        asked = [*self.text, *([self.id] if self.id else [])]
        missing = [name for name in asked if _find(names, name) is None]
        texts = _found(names, self.text or _TEXTS)
        if missing or not texts:
            what = f"has no column {missing[0]!r}" if missing else "has no column for the text"
            raise InputError(
                f"{source}: {what}; it has: {abridged(names[:_NAMED], len(names))}. Name the "
                "text's with --text-column (text_columns in Python)"
            )
        return list(dict.fromkeys([*texts, *_found(names, (self.id,) if self.id else _IDS)]))

    def text_of(self, fields: Fields, place: str) -> str | bytes:
        """Return a row's text; several columns become one JSON object, which is read as lines.

        Raises InputError if the row has no text.
        """
        names = _found(fields, self.text or _TEXTS)
        values = {name: fields[name] for name in names if fields[name] not in (None, "")}
        if len(self.text) > 1 and values:
            return json.dumps(values, ensure_ascii=False, default=_words)
        value = next(iter(values.values()), "" if names and fields[names[0]] == "" else None)
        if isinstance(value, str | bytes):
            return value
        wanted = (self.text or _TEXTS)[0]
        raise InputError(f'{place}: has no "{wanted}" of the type string')

    def id_of(self, fields: Fields) -> tuple[str | None, bool]:
        """Return a row's id, if it has one, and whether it must be unique.

        A URL that stands in for an id may occur twice.
        """
        for wanted in (self.id,) if self.id else _IDS:
            name = _find(fields, wanted)
            if name is not None and fields[name] not in (None, ""):
                given = str(fields[name]).encode("utf-8", "replace").decode("utf-8")
                return given, self.id is not None or wanted == _IDS[0]
        return None, False


def _find(names: Iterable[str], wanted: str) -> str | None:
    names = list(names)
    if wanted in names:
        return wanted
    return next((n for n in names if n.strip().casefold() == wanted.strip().casefold()), None)


def _found(names: Iterable[str], wanted: Iterable[str]) -> list[str]:
    names = list(names)
    return [found for name in wanted if (found := _find(names, name)) is not None]


def _words(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
