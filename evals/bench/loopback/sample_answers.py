"""Answers that are valid for the schema in the request, and the tokens they cost.

The same seed gives the same answer. Open strings are words of the document, so that a reader that
grounds them keeps some; arrays of integers come ascending, as runs of lines have to.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Reader", "tokens"]

_NUMBER = re.compile(r"(\d+) ")
_MOST_ITEMS = 3
_MOST_WORDS = 4
_BYTES_A_TOKEN = 4


def tokens(text: str) -> int:
    """Count tokens by a rule that anyone can check: four bytes of UTF-8 each, begun ones too.

    >>> tokens("baker"), tokens("")
    (2, 0)
    """
    return -(-len(text.encode("utf-8", "surrogatepass")) // _BYTES_A_TOKEN)


@dataclass(frozen=True, slots=True)
class Reader:
    """What an answer is drawn from: the words of each line, the lines' numbers, and the dice."""

    lines: Sequence[Sequence[str]]
    numbers: Sequence[int]
    dice: random.Random
    free: bool = False

    @classmethod
    def of(cls, text: str, seed: str, *, free: bool = False) -> Reader:
        """Read a document as a model is shown it, its lines numbered or not.

        A `free` reader does not look at limits on length: with and without them it says the same.
        """
        shown = [line for line in text.splitlines() if line.strip()]
        numbered = [match for match in map(_NUMBER.match, shown) if match]
        if len(numbered) * 2 > len(shown):
            lines = [match.string[match.end() :].split() for match in numbered]
            numbers = [int(match[1]) for match in numbered]
        else:
            lines = [line.split() for line in shown]
            numbers = list(range(1, len(shown) + 1))
        return cls(lines, numbers, random.Random(seed), free)  # noqa: S311 - no secret

    def instance(self, schema: dict[str, Any]) -> Any:
        """Return a value of the schema.

        >>> from random import Random
        >>> Reader([["Baker"]], [1], Random(0)).instance({"const": "a"})
        'a'
        """
        return self._value(schema, schema.get("$defs", {}))

    def _value(  # noqa: PLR0911 - one a form
        self, schema: dict[str, Any], defined: dict[str, Any]
    ) -> Any:
        if "$ref" in schema:
            return self._value(defined[schema["$ref"].rpartition("/")[2]], defined)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            # A constant draws no dice, and neither may an enum of one: they are the same answer.
            choices = schema["enum"]
            return choices[0] if len(choices) == 1 else self.dice.choice(choices)
        if "anyOf" in schema:
            return self._value(self.dice.choice(schema["anyOf"]), defined)
        match schema.get("type", "object"):
            case "object":
                parts = schema.get("properties", {})
                return {name: self._value(part, defined) for name, part in parts.items()}
            case "array":
                return self._array(schema, defined)
            case "boolean":
                return True
            case "integer" | "number":
                return self.dice.choice(self.numbers or [1])
            case "null":
                return None
        return self._words(schema)

    def _array(self, schema: dict[str, Any], defined: dict[str, Any]) -> list[Any]:
        least = schema.get("minItems", 0)
        most = min(schema.get("maxItems", _MOST_ITEMS), max(least, _MOST_ITEMS))
        if self.free:
            inner = schema.get("items", {})
            pair = inner.get("type") == "integer"
            choices = len(inner.get("enum", ())) or (1 if "const" in inner else _MOST_ITEMS)
            least, most = (2, 2) if pair else (1, min(choices, _MOST_ITEMS))
        count = self.dice.randint(least, most)
        items = [self._value(schema.get("items", {}), defined) for _ in range(count)]
        return sorted(items) if all(type(item) is int for item in items) else items

    def _words(self, schema: dict[str, Any]) -> str:
        if not self.lines:
            return ""
        line = self.dice.choice(self.lines)
        said = " ".join(line[: self.dice.randint(1, _MOST_WORDS)])
        return said if self.free or len(said) <= schema.get("maxLength", len(said)) else ""
