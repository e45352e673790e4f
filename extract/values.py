"""The values that pass between the steps, and the typed values of a posting.

Values of the pipeline are frozen, slotted dataclasses. Those of which a document has hundreds are
named tuples, which are made and compared several times as fast. Values of a schema are frozen
Pydantic models. Offsets count characters (code points) of `Document.text`; `text[start:end]` is
the quote.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")

_HUGE = 200_000
"""More characters than any posting has."""

Period = Literal["hour", "day", "week", "month", "year"]
EducationLevel = Literal["none", "high_school", "associate", "bachelor", "master", "doctorate"]
ContractType = Literal["permanent", "fixed_term"]

Reading = Literal["open", "closed"]
"""How a model is asked. Closed: it chooses among spans of the document, which suits a small model.
Open: it is asked for every field, and answers with quoted words and the value they state."""

State = Literal["stated", "read", "not_stated", "unsupported", "conflicting", "unsure"]
"""The state of a field. `read`: quoted from the text, but code neither derives nor refutes it.
`unsure`: taken out, because its confidence is below a threshold."""

Basis = Literal["given", "sole", "chosen", "copied", "agreed", "read", "disputed", "conflicting"]
"""How a value was found. In closed reading: the document gives it by itself, it was the sole
candidate, the model chose it among several, or copied words freely. In open reading: code derives
the model's value too (agreed), derives none (read), or another (disputed). In both: conflicting."""


class Span(NamedTuple):
    """A half-open range of characters of one document's text."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two ranges share a character."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Span) -> bool:
        """Tell whether `other` lies wholly inside this range."""
        return self.start <= other.start and other.end <= self.end


class Line(NamedTuple):
    """A numbered line, as the model sees it. Numbers start at 1."""

    number: int
    span: Span


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is read: visible text, cut into numbered lines.

    `id` names the document in the output, `source` says where it came from (a path, or
    `file.jsonl:12`). All offsets refer to `text`. `lines` cover the readable parts of the text in
    order, without overlaps, surrounding white space and bullets.
    """

    id: str
    source: str
    text: str
    lines: tuple[Line, ...]
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()
        object.__setattr__(self, "sha256", digest)

    def __hash__(self) -> int:
        return hash((self.id, self.sha256))

    def quote(self, span: Span) -> str:
        """Return the characters of `span`."""
        return self.text[span.start : span.end]

    def line_at(self, offset: int) -> Line | None:
        """Return the line that holds the character at `offset`, or None between lines."""
        low, high = 0, len(self.lines)
        while low < high:
            middle = (low + high) // 2
            if self.lines[middle].span.end <= offset:
                low = middle + 1
            else:
                high = middle
        if low < len(self.lines) and self.lines[low].span.start <= offset:
            return self.lines[low]
        return None

    def around(self, span: Span, reach: int) -> Span:
        """Return the span with at most `reach` characters on either side, inside its lines.

        Where no line begins or ends it, the text does.
        """
        first, last = self.line_at(span.start), self.line_at(max(span.start, span.end - 1))
        return Span(
            max(span.start - reach, first.span.start if first else 0),
            min(span.end + reach, last.span.end if last else len(self.text)),
        )


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens spent on one document, over all its calls. `cached` is a part of `prompt`."""

    prompt: int = 0
    completion: int = 0
    cached: int = 0
    calls: int = 0

    @property
    def tokens(self) -> int:
        """All tokens, of the prompt and of the answer."""
        return self.prompt + self.completion

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt + other.prompt,
            self.completion + other.completion,
            self.cached + other.cached,
            self.calls + other.calls,
        )

    def __sub__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt - other.prompt,
            self.completion - other.completion,
            self.cached - other.cached,
            self.calls - other.calls,
        )


class Value(BaseModel):
    """A typed value of a posting."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Salary(Value):
    """Pay as stated. One amount: min = max; "from X": min only; "up to X": max only.

    `currency` is an ISO 4217 code, or None where the text does not settle it ("$" alone). `gross`
    is True for pay before tax, False for take-home pay, None where the text does not say.
    """

    min: float | None = None
    max: float | None = None
    currency: str | None = None
    period: Period | None = None
    gross: bool | None = None


class Experience(Value):
    """Years of experience asked for. "5+": min only; "no experience needed": min = 0."""

    min: float | None = None
    max: float | None = None


class Education(Value):
    """The lowest level of education asked for; not `required` where it is only preferred."""

    level: EducationLevel
    required: bool


class Contract(Value):
    """How long a job lasts. `months` is the length of a fixed term, None where it is not said."""

    type: ContractType
    months: float | None = None


class Hours(Value):
    """Hours of work a week. One figure: min = max; "from 20": min only; "up to 30": max only."""

    min: float | None = None
    max: float | None = None


class Location(Value):
    """A place of work as written, and what its words name.

    `region` is as written (TX, Ontario, 埼玉県); `country` is an ISO 3166-1 alpha-2 code when the
    text names the country or a region that lies in only one.
    """

    text: str
    city: str | None = None
    region: str | None = None
    country: str | None = None


class Requirement(Value):
    """One requirement; `required` is None where the text does not say how much it matters."""

    text: str
    required: bool | None = None


def remembered(function: Callable[[Document], T]) -> Callable[[Document], T]:
    """Cache a function of a document for 64 documents, as many as a batch reads at once.

    For huge documents, which the cache keeps in memory, it holds only the last four.
    """
    many, few = (lru_cache(maxsize=most)(function) for most in (64, 4))

    @wraps(function)
    def cached(document: Document) -> T:
        return (many if len(document.text) <= _HUGE else few)(document)

    return cached
