"""Rules for the meaning of error responses, read from `meanings.toml`; the first match decides."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from extract.errors import DialectError

__all__ = ["MEANINGS", "Meaning", "Rule", "rules_of"]

Meaning = Literal["context", "quota", "rate", "filter", "model", "key", "busy"]
"""The kind of an error: the document exceeds the context, no credit is left, too many requests, the
content filter, an unknown or retired model, the key, or an overloaded server."""

_KEYS = {"means", "words", "statuses", "source"}


@dataclass(frozen=True, slots=True)
class Rule:
    """An error with one of these statuses (any, if there are none) and these words means this."""

    means: Meaning
    words: re.Pattern[str]
    statuses: frozenset[int]

    def tells(self, status: int, text: str) -> bool:
        """Tell whether the rule matches an error."""
        if self.statuses and status not in self.statuses:
            return False
        return self.words.search(text) is not None


def rules_of(text: str, where: str) -> tuple[Rule, ...]:
    """Read rules from TOML. Raises DialectError that names the rule and the fault."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DialectError(f"{where} is not TOML: {error}") from error
    if unknown := table.keys() - {"meaning"}:
        raise DialectError(f"{where}: unknown key {min(unknown)!r}; only [[meaning]] is allowed")
    return tuple(
        _rule(row, f"{where}: meaning {number}")
        for number, row in enumerate(table.get("meaning", []), 1)
    )


def _rule(row: dict[str, Any], where: str) -> Rule:
    if unknown := row.keys() - _KEYS:
        raise DialectError(f"{where}: unknown key {min(unknown)!r}")
    if row.get("means") not in get_args(Meaning):
        allowed = ", ".join(get_args(Meaning))
        raise DialectError(f"{where}: means is {row.get('means')!r}, not one of {allowed}")
    if not row.get("words") or not row.get("source"):
        raise DialectError(f"{where}: words or source is missing")
    try:
        words = re.compile("|".join(f"(?:{one})" for one in row["words"]), re.IGNORECASE)
    except re.error as error:
        raise DialectError(f"{where}: words holds an invalid pattern: {error}") from error
    return Rule(row["means"], words, frozenset(row.get("statuses", ())))


_FILE = Path(__file__).with_name("meanings.toml")
MEANINGS = rules_of(_FILE.read_text(encoding="utf-8"), _FILE.name)
