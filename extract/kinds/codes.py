"""Requisition, job and vacancy numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from extract.kinds.code_addresses import ADDRESS, addressed, in_address, is_parameter
from extract.kinds.headline_codes import headline_codes
from extract.kinds.kind import Finding, Kind, Settled, Shape, settle_many
from extract.lexicon import words
from extract.lexicon.wording import Tables, matches
from extract.values import Document, Line, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Codes"]

# How far behind its cue the first code may begin, and how far apart two codes may stand.
CUE_REACH = 80
# A quote is read with this much before it, so that a longer label is seen whole.
READ_REACH = 80
SHORTEST = 3
# A key that is only "id" names the posting itself near the top of a document.
OWN_LINES = 3

# Markdown escapes a hyphen; letters may stand apart before the digits ("RSK 2025/1147").
_CODE = (
    r"(?:[A-Z]{1,5}[ \u00a0](?=\d{2}))?"
    r"[A-Za-z0-9](?:[A-Za-z0-9]|\\?[-_/.](?=[A-Za-z0-9])){2,39}(?![A-Za-z0-9])"
)
_FIRST = re.compile(
    rf"[\s\"'“”„*_]*(?:\b(?:is|ist|est|es|je|är|lautet|angeben|number|no|nr|code|id)\b\.?\s*)?[\s:：#№.=\-–—|>\"'“”„*_)\]\[(（】」「『]{{0,8}}({_CODE})"
)
_NEXT = re.compile(rf"[\s\"']*(?:[,;/|&+]|and\b|und\b|et\b|y\b|a\b|or\b|och\b)?[\s\"'#]*({_CODE})")
_DATE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}(?:T[\d.]*)?"
)
_UUID = re.compile(r"[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}", re.IGNORECASE)  # RFC 9562
_GRADE = re.compile(r"(?:GS|TV-?[LHV]|TVöD|CN|WG|SES|E)-?\d{1,2}(?:[/-]\d{1,2})?", re.IGNORECASE)
_AMOUNT = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d\d)?|\d+[.,]\d\d")
_OWN_KEY = re.compile(r"[\"']?_?id[\"']?\s*[:=]\s*[\"']?(?=[A-Za-z0-9])", re.IGNORECASE)
# A number behind a code that counts something ("and 300 employees").
_COUNT = re.compile(r"\d{1,4}\s+(?!(?:and|und|or|och)\b)[a-zß-ÿ]{3}")
# Glued footers ("308412Locations"): the digits end where a capitalised word begins.
_GLUED = re.compile(r"(?<=\d)[A-Z][a-z]{2,}.*$")


@dataclass(frozen=True, slots=True)
class Codes(Kind):
    """The numbers under which a posting is filed, as written, each once.

    A code has a digit, 3 to 40 letters, digits or `-_/.`, and a word before it that announces a
    vacancy's number; or it stands in a vacancy's own address.

    >>> from extract.values import Line
    >>> text = "Title Code No: 91830. Req ID: R-12345"
    >>> document = Document("a", "a", text, (Line(1, Span(0, len(text))),))
    >>> [(document.quote(s), Codes().read(document, s)) for s in Codes().propose(document)]
    [('Req ID: R-12345', ('R-12345',))]
    """

    shape: ClassVar[Shape] = "many"
    asked: ClassVar[bool] = False

    def given(self, document: Document) -> tuple[Span, ...]:
        """Return the labelled codes: the label leaves nothing to choose."""
        return self.propose(document)

    def propose(self, document: Document) -> tuple[Span, ...]:
        """Return each cue with the codes behind it; the same codes are given once.

        Where the cue stands alone on its line, the codes of the next line are given without it.
        A parameter of an address counts where nothing else announces a code.

        >>> from extract.values import Line
        >>> text = "(Search # 2016210)"
        >>> document = Document("a", "a", text, (Line(1, Span(0, len(text))),))
        >>> [document.quote(span) for span in Codes().propose(document)]
        ['Search # 2016210']
        """
        spans: list[Span] = []
        said: set[tuple[str, ...]] = set()
        for line in _telling(document):
            end = line.span.start
            for span, codes in self._announced(document, line):
                if span.start >= end and codes not in said:
                    said.add(codes)
                    spans.append(span)
                    end = span.end
        stated = [span for span in spans if not is_parameter(document, span)]
        return tuple(stated or spans)

    def read(self, document: Document, span: Span) -> tuple[str, ...] | None:
        """Return the codes in the span; None where no word or address announces one."""
        line = document.line_at(span.start)
        if line is None:
            return None
        found = [
            code
            for announced, codes in self._announced(document, _near(line, span))
            if announced.start < span.end and span.start < announced.end
            for code in codes
            if code in document.quote(span)
        ]
        return tuple(dict.fromkeys(found)) or None

    def settle(self, document: Document, findings: Sequence[Finding]) -> Settled:
        """Collect the distinct codes in reading order."""
        return settle_many(findings)

    def similarity(self, found: Any, expected: Any) -> float:
        """Return 1.0 for the same letters and digits in any case, else 0.0.

        >>> Codes().similarity("AB-123/4", "ab 1234")
        1.0
        """
        return float(_bare(found) == _bare(expected))

    def _announced(self, document: Document, line: Line) -> Iterator[tuple[Span, tuple[str, ...]]]:
        """Yield the spans of a line that hold codes, with the codes, in reading order."""
        found = [*_labelled(document, line), *addressed(document, line), *_own(document, line)]
        if line.number <= OWN_LINES:
            found += [
                (span, (document.quote(span),))
                for span in headline_codes(document.text, line.span)
                if not any(span.overlaps(known) for known, _ in found)
            ]
        yield from sorted(found, key=lambda each: (each[0].start, -each[0].end))


@cache
def _tables() -> Tables:
    return Tables({name: words("codes", name) for name in ("cue", "not")})


def _telling(document: Document) -> Iterator[Line]:
    """Yield the lines that may hold a code: with a cue or below one, with an address, the first."""
    text, lines = document.text, document.lines
    cued = set(_tables().among(text, (line.span for line in lines)))
    addresses = (document.line_at(found.start()) for found in ADDRESS.finditer(text))
    addressed = {line.number for line in addresses if line is not None}
    above: Span | None = None
    for line in lines:
        told = line.span in cued or above in cued or line.number in addressed
        if told or line.number <= OWN_LINES:
            yield line
        above = line.span


def _bare(code: Any) -> str:
    return re.sub(r"[\W_]+", "", str(code)).casefold()


def _near(line: Line, span: Span) -> Line:
    return Line(
        line.number,
        Span(
            max(line.span.start, span.start - READ_REACH - 2 * CUE_REACH),
            min(line.span.end, max(span.end + READ_REACH, span.start + READ_REACH)),
        ),
    )


def _labelled(document: Document, line: Line) -> Iterator[tuple[Span, tuple[str, ...]]]:
    text = document.text
    end = line.span.start
    for cue in matches(_tables(), text, line.span):
        if cue.name == "not" or cue.start < end or in_address(document, cue):
            continue
        codes = list(_codes(text, cue.end, line.span.end))
        if codes:
            end = codes[-1].end
            yield Span(cue.start, end), tuple(text[code.start : code.end] for code in codes)
    if _cue_alone(document, line):
        codes = list(_codes(text, line.span.start, line.span.end))
        if codes:
            yield (
                Span(codes[0].start, codes[-1].end),
                tuple(text[code.start : code.end] for code in codes),
            )


def _cue_alone(document: Document, line: Line) -> bool:
    """Tell whether the line above is a cue and nothing else."""
    if line.number == 1 or document.lines[line.number - 1].span.start != line.span.start:
        return False
    above = document.lines[line.number - 2].span
    if above.end - above.start > CUE_REACH:
        return False
    found = list(matches(_tables(), document.text, above))
    if len(found) != 1 or found[0].name == "not":
        return False
    rest = document.text[above.start : found[0].start] + document.text[found[0].end : above.end]
    return not re.search(r"[^\W_]", rest)


def _codes(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the codes that stand one after the other from `start` on."""
    match = _FIRST.match(text, start, end)
    while match is not None:
        code = match.group(1)
        whole = _GLUED.sub("", code)
        if not _is_code(whole) or _is_amount(text, match.start(1)):
            return
        if match.re is _NEXT and _COUNT.match(text, match.start(1), end):
            return
        yield Span(match.start(1), match.start(1) + len(whole))
        match = _NEXT.match(text, match.end(1), end) if whole == code else None


def _is_code(code: str) -> bool:
    if len(code) < SHORTEST or not any(map(str.isdigit, code)) or code.startswith("eyJ"):
        return False  # "eyJ" begins a web token (RFC 7519)
    return not any(other.fullmatch(code) for other in (_DATE, _GRADE, _AMOUNT, _UUID))


def _is_amount(text: str, start: int) -> bool:
    return text[max(0, start - 2) : start].strip()[-1:] in {"$", "€", "£", "+", "¥"}


def _own(document: Document, line: Line) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """Yield the value of a key "id" at the top of a document: the record's own."""
    key = _OWN_KEY.match(document.text, line.span.start, line.span.end)
    if line.number > OWN_LINES or key is None:
        return
    for code in _codes(document.text, key.end(), line.span.end):
        yield Span(line.span.start, code.end), (document.quote(code),)
