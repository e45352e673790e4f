"""Learn from a refusal: return the steps that could mend the request.

A step is returned only if it changes the dialect, and each step can be taken once, so that two
contradictory refusals end in an error and not in a loop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from extract.models.dialects.dialect import LIMITS, Dialect, Step, Way
from extract.models.dialects.refusals import ErrorResponse, meaning_of

__all__ = ["Sent", "keywords_of", "lessons"]

_REFUSED = frozenset({400, 405, 415, 422, 501})
"""Statuses that are about the request itself."""

_ENFORCING = ("response_format", "tools", "tool_choice", "text")
"""Parameters that enforce the schema: instead of dropping one, another way is chosen."""

_REMOVABLE = frozenset({
    "additionalProperties", "default", "description", "examples", "exclusiveMaximum",
    "exclusiveMinimum", "format", "maxItems", "maxLength", "maximum", "minItems", "minLength",
    "minimum", "multipleOf", "pattern", "title", "uniqueItems",
})  # fmt: skip
"""Keywords that can be left out, since answers are checked anyway."""

_REFUSES = re.compile(
    r"unsupported|not (?:be )?support|n't support|unknown|unrecogni[sz]ed|unexpected"
    r"|unimplemented"
    r"|deprecated|not (?:permitted|allowed|available|implemented)|forbidden|extra inputs"
    r"|cannot find field|only the default|unavailable|invalid|may only be|must be|remove",
    re.IGNORECASE,
)
_MOST = re.compile(
    r"(?:supports at most|less than or equal to|range of max_\w*tokens is \[\d+,|at most|maximum of"
    r"|> )\D{0,20}(\d{3,7})",
    re.IGNORECASE,
)
_OF_SCHEMA = re.compile(
    r"schema|response_format|structured|grammar|strict|json_object|tool|function", re.IGNORECASE
)
_NO_SCHEMAS = re.compile(
    r"type\W+json_schema|json_schema\W{0,3} (?:is |are )?(?:not|un)|response_?format type"
    r"|response_format\.type|response_format: missing field|one of .{0,30}json_object"
    r"|input should be 'text'|support response[_ ]format",
    re.IGNORECASE,
)
"""Messages that refuse every JSON schema, not just this one or its strictness."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A refused request: its parameters, its way, its schema's keywords and its token limit."""

    parameters: frozenset[str]
    way: Way
    keywords: frozenset[str]
    limit: int

    @classmethod
    def of(cls, body: dict[str, Any], way: Way, limit: int) -> Sent:
        """Read the body of a request."""
        parameters = frozenset(body) - {"messages", "model"}
        held = [body.get("response_format", {}), *body.get("tools", ())]
        return cls(parameters, way, frozenset(keywords_of(held)), limit)


def lessons(refusal: ErrorResponse, dialect: Dialect, sent: Sent) -> tuple[Step, ...]:
    """Return the steps that a refusal suggests: one per parameter or keyword that it names."""
    if refusal.status not in _REFUSED or meaning_of(refusal) is not None:
        return ()
    for found in (_limit(refusal, dialect, sent), _named(refusal, sent), _keywords(refusal, sent)):
        steps = tuple(step for step in found if dialect.after(step) != dialect)
        if steps:
            return steps
    return _weaker(refusal, dialect, sent)


def keywords_of(value: Any) -> Iterator[str]:
    """Yield the keywords of a schema at every level, without the names of its properties."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            if key in {"properties", "$defs"} and isinstance(part, dict):
                for one in part.values():
                    yield from keywords_of(one)
            else:
                yield from keywords_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from keywords_of(part)


def _limit(refusal: ErrorResponse, dialect: Dialect, sent: Sent) -> list[Step]:
    other = next(name for name in LIMITS if name != dialect.limit)
    if not (refusal.names(dialect.limit) or refusal.names(other)):
        return []
    most = _MOST.search(refusal.text)
    if most is not None and int(most[1]) < sent.limit:
        return [Step("cap", most[1])]
    if refusal.names(dialect.limit) and _REFUSES.search(refusal.text) and not dialect.renamed:
        return [Step("rename", other)]
    return []


def _named(refusal: ErrorResponse, sent: Sent) -> list[Step]:
    if not _REFUSES.search(refusal.text):
        return []
    able = sent.parameters - {*LIMITS, "response_format", "tools", "text"}
    root = refusal.param.split(".")[0]
    if root in able:
        return [Step("drop", root)]
    if root in _ENFORCING:
        return []
    return [Step("drop", name) for name in sorted(able) if refusal.names(name)]


def _keywords(refusal: ErrorResponse, sent: Sent) -> list[Step]:
    if not (_REFUSES.search(refusal.text) and _OF_SCHEMA.search(refusal.text)):
        return []
    named = [
        word
        for word in sorted(sent.keywords & _REMOVABLE)
        if re.search(rf"(['\"`]){word}\1|\b{word} is not (?:support|permit|allow)", refusal.text)
    ]
    return [Step("keyword", word) for word in named]


def _weaker(refusal: ErrorResponse, dialect: Dialect, sent: Sent) -> tuple[Step, ...]:
    """Return the step to the next way if the refusal is about how the schema is enforced."""
    about = refusal.param.split(".")[0] in _ENFORCING or _OF_SCHEMA.search(refusal.text) is not None
    at = dialect.ways.index(sent.way) if sent.way in dialect.ways else -1
    rest = dialect.ways[at + 1 :]
    if _NO_SCHEMAS.search(refusal.text):
        rest = tuple(way for way in rest if way not in {"strict", "schema"})
    return (Step("way", rest[0]),) if about and rest else ()
