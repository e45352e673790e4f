"""What is different in a row of today: field by field, for people and as lines of JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from extract.errors import InputError
from extract.output import PartFile
from extract.output.json_rows import one_line

__all__ = ["ChangeCounts", "RowChange", "changed_fields", "lines_to"]

What = Literal["appeared", "changed", "vanished", "asked otherwise"]
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that is different. `fields` has for each changed field its value before and after."""

    id: str
    source: str
    what: What
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the change as a JSON object."""
        fields = {
            name: {"before": before, "after": after}
            for name, (before, after) in self.fields.items()
        }
        change = {"id": self.id, "source": self.source, "change": self.what}
        return {**change, "fields": fields} if fields else change

    def example(self, name: str) -> str:
        """Return the change of one field in words."""
        before, after = self.fields[name]
        return f"{self.id}: {_short(before)} -> {_short(after)}"


def changed_fields(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    """Return the fields that differ in two rows: of the posting, and `is_posting` or `error`.

    >>> changed_fields(
    ...     {"is_posting": True, "posting": {"title": "Cook", "company": None}},
    ...     {"is_posting": True, "posting": {"title": "Chef", "company": None}},
    ... )
    {'title': ('Cook', 'Chef')}
    """
    changed = {
        name: (before.get(name), after.get(name))
        for name in ("is_posting", "error")
        if before.get(name) != after.get(name)
    }
    old, new = before.get("posting") or {}, after.get("posting") or {}
    names = dict.fromkeys((*new, *old))
    return changed | {
        name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    }


@contextmanager
def lines_to(file: Path | None) -> Iterator[Callable[[RowChange], None]]:
    """Yield what writes a change as a line of JSON; to nowhere if there is no file.

    The file takes its name only if the block ends well. Raises InputError if it cannot be written.
    """
    if file is None:
        yield lambda _change: None
        return
    try:
        part = PartFile(file)
        count, complete = 0, False

        def write(change: RowChange) -> None:
            nonlocal count
            part.stream.write(one_line(change.as_json()) + "\n")
            count += 1

        try:
            yield write
            complete = True
        finally:
            part.close(rows=count, complete=complete)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror or error}") from error


@dataclass(slots=True)
class ChangeCounts:
    """How many rows changed, by what, and how often each field did, with its first example."""

    rows: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    most: int = 1

    def count(self, change: RowChange) -> None:
        """Count a change."""
        self.rows[change.what] += 1
        for name in change.fields:
            self.fields[name] += 1
            shown = self.examples.setdefault(name, [])
            if len(shown) < self.most:
                shown.append(change.example(name))

    @property
    def by_field(self) -> str:
        """How often each field changed, the most frequent first, in words."""
        return ", ".join(f"{name} {count:,}" for name, count in self.fields.most_common())


def _short(value: Any) -> str:
    text = "nothing" if value in (None, [], "") else str(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
