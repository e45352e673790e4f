"""The dialect of one endpoint: what a request may contain, and how a schema is enforced.

A dialect is frozen: each `Step` learned from a refusal gives a new one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

__all__ = ["LIMITS", "WAYS", "Dialect", "Effort", "Limit", "Sizes", "Step", "StepKind", "Way"]

Way = Literal["strict", "schema", "tool", "object", "prompt"]
"""How the answer schema is enforced, from the strongest to the weakest way: a strict JSON
schema, a JSON schema without the word strict, a forced tool call, any JSON object with the schema
in the prompt, the prompt alone."""

Limit = Literal["max_tokens", "max_completion_tokens"]
"""The name of the limit on an answer's tokens."""

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh"]
"""How long a reasoning model thinks."""

StepKind = Literal["rename", "cap", "drop", "keyword", "way", "allow"]

WAYS: tuple[Way, ...] = get_args(Way)
LIMITS: tuple[Limit, ...] = get_args(Limit)

_THINKING: dict[Effort, int] = {
    "none": 0,
    "minimal": 1024,
    "low": 4096,
    "medium": 8192,
    "high": 24_576,
    "xhigh": 49_152,
}
"""Tokens set aside for hidden reasoning, which counts towards the limit on an answer. OpenAI's
guide advises up to 25,000; a rate limit counts all of them, so the usual effort gets a third."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing learned from a refusal. Written as two words, `drop temperature`.

    `rename` says what the token limit is called, `cap` how large it may be, `drop` which parameter
    is left out, `keyword` which JSON Schema keyword is left out, `way` how the schema is enforced.
    `allow reasoning` sets tokens aside for hidden reasoning.
    """

    kind: StepKind
    what: str

    def __str__(self) -> str:
        return f"{self.kind} {self.what}"

    @classmethod
    def of(cls, text: str) -> Step:
        """Read a step back. Raises ValueError if the text is not a step.

        >>> Step.of("drop temperature") == Step("drop", "temperature")
        True
        """
        kind, _, what = text.partition(" ")
        allowed = {
            "rename": what in LIMITS,
            "way": what in WAYS,
            "allow": what == "reasoning",
            "cap": what.isdecimal(),
            "drop": bool(what),
            "keyword": bool(what),
        }
        if not allowed.get(kind):
            raise ValueError(f"not a step: {text!r}")
        return cls(kind, what)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large a strict schema may be. None sets no limit."""

    properties: int | None = None
    depth: int | None = None
    enum_values: int | None = None
    enum_characters: int | None = None

    def hold(self, schema: dict[str, Any]) -> bool:
        """Tell whether a schema keeps within the limits.

        >>> Sizes(enum_values=1).hold({"type": "string", "enum": ["a", "b"]})
        False
        """
        found = _Measured()
        found.add(schema, schema.get("$defs", {}), 1, ())
        limits = (self.properties, self.depth, self.enum_values, self.enum_characters)
        sizes = (found.properties, found.depth, found.enum_values, found.enum_characters)
        return all(
            limit is None or size <= limit for limit, size in zip(limits, sizes, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one endpoint accepts. The default is for endpoints that are not in the table.

    `most` is the largest token limit that is accepted, `left_out` names the parameters and
    `keywords` the JSON Schema keywords that are not sent, `ways` are tried in order. `thinks` says
    that hidden reasoning counts towards the token limit, `cached` is where usage reports tokens
    read from a cache. `renamed` says that the limit was renamed after a refusal, which happens
    only once.
    """

    name: str = "unlisted"
    limit: Limit = "max_tokens"
    most: int | None = None
    left_out: frozenset[str] = frozenset()
    keywords: frozenset[str] = frozenset()
    ways: tuple[Way, ...] = WAYS
    sizes: Sizes = Sizes()
    thinks: bool = False
    cached: str = "prompt_tokens_details.cached_tokens"
    renamed: bool = False

    @property
    def way(self) -> Way:
        """The current way to enforce the schema."""
        return self.ways[0]

    def allowed(self, answer_tokens: int, effort: Effort | None) -> int:
        """Return the token limit to send for an answer of so many tokens.

        >>> Dialect(thinks=True).allowed(1000, "low"), Dialect().allowed(1000, None)
        (5096, 1000)
        """
        thinking = _THINKING[effort or "medium"] if self.thinks or effort is not None else 0
        wanted = answer_tokens + thinking
        return wanted if self.most is None else min(wanted, self.most)

    def after(self, step: Step) -> Dialect:
        """Return the dialect with one more thing learned."""
        match step.kind:
            case "rename":
                return replace(self, limit=step.what, renamed=True)  # type: ignore[arg-type]
            case "cap":
                return replace(self, most=int(step.what))
            case "drop":
                return replace(self, left_out=self.left_out | {step.what})
            case "allow":
                return replace(self, thinks=True)
            case "keyword":
                return replace(self, keywords=self.keywords | {step.what})
        at = WAYS.index(step.what)
        weaker = tuple(way for way in self.ways if WAYS.index(way) >= at)
        return replace(self, ways=weaker or (step.what,))  # type: ignore[arg-type]


@dataclass(slots=True)
class _Measured:
    properties: int = 0
    depth: int = 0
    enum_values: int = 0
    enum_characters: int = 0

    def add(
        self, schema: Any, defined: dict[str, Any], depth: int, inside: tuple[str, ...]
    ) -> None:
        if not isinstance(schema, dict):
            return
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        if name and name not in inside:
            self.add(defined.get(name), defined, depth, (*inside, name))
        values = schema.get("enum", [])
        self.enum_values += len(values)
        self.enum_characters += sum(len(value) for value in values if isinstance(value, str))
        parts = schema.get("properties", {})
        self.properties += len(parts)
        if parts:
            self.depth = max(self.depth, depth)
        for part in parts.values():
            self.add(part, defined, depth + 1, inside)
        self.add(schema.get("items"), defined, depth, inside)
        for choice in (*schema.get("anyOf", ()), *schema.get("prefixItems", ())):
            self.add(choice, defined, depth, inside)
