"""Pay in labelled fields on neighbouring lines: "salaryMin: 17.000 €", "Salary Range To: 35".

Keys are read by their parts, whatever joins them: camel case, dots, underscores or spaces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from extract.kinds.pay import currency
from extract.kinds.pay.amounts import amounts
from extract.kinds.pay.pay_units import period_word, unit_of
from extract.lexicon import pattern
from extract.lexicon.starts import matches_at
from extract.values import Period, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.kinds.pay.currency import Currencies

__all__ = ["Table", "is_estimate", "tables"]

Role = Literal["least", "most", "period", "currency", "amount"]
ROLES: tuple[Role, ...] = ("currency", "period", "least", "most", "amount")


@dataclass(frozen=True, slots=True)
class Table:
    """What the fields of one block say; `named` when one of its keys calls it pay.

    `timed`: a key of the block gives the period.
    """

    span: Span
    low: float | None = None
    high: float | None = None
    currencies: Currencies = ()
    period: Period | None = None
    named: bool = False
    timed: bool = False
    fields: int = 0


@dataclass(frozen=True, slots=True)
class _Field:
    span: Span
    value: Span
    role: Role | None
    named: bool
    opens: bool
    owner: str
    bare: bool
    unit: float


_PAIR = re.compile(
    r"(?:^[^\S\n]{0,60}[-*•|{,\[ ]{0,4}[\"'*]{0,3}|[{,]\s{0,40}[\"'])"
    r"(?P<key>[^\W\d_][\w.@ /()\[\]-]{1,120}?)[\"'*]{0,3}[ \t]{0,4}[:=][ \t*]{0,4}"
    r"(?P<value>\"[^\"\n]{0,60}\"|'[^'\n]{0,60}'|(?:[^\n{}\"',]|,(?=\d)){0,60}|\{)",
    re.MULTILINE,
)
_MARK = re.compile(r"[:=]")
_QUOTED = re.compile(r"[{,](?=\s{0,40}[\"'])")
_LONGEST = 260
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])|[._@/()\[\]\s-]+|(?<=[A-Za-z])(?=\d)")
_GAP = 160
"""Characters between two fields of one block: markup and keys of no interest."""
# A job board's flag for pay that it has worked out itself.
_ESTIMATE = re.compile(
    r"^\W{0,4}(?:[\w.]{0,40}\.)?(?:salary|pay|compensation)\w{0,20}[._ ]?(?:is)?[._ ]?"
    r"(?:predicted|estimated|estimate)[\"']?\s{0,3}[:=]\W{0,3}(?:1|true|yes)\b",
    re.IGNORECASE | re.MULTILINE,
)
# The ends of a range without the word pay: they count with a currency and a period beside them.
_BARE_END = re.compile(
    r"(?:minimum|maximum|min|max|from|to)(?: (?:amount|value|range|cents))*|currency(?: code)?|"
    r"interval|period|frequency|unit"
)
_CENTS = re.compile(r"\bcents\b")


def is_estimate(text: str) -> bool:
    """Tell whether a field says that a job board worked out the pay: it is not the employer's.

    >>> is_estimate("salary_is_predicted: 1"), is_estimate("salary_is_predicted: 0")
    (True, False)
    """
    return _ESTIMATE.search(text) is not None


def tables(text: str, start: int = 0, end: int | None = None) -> Iterator[Table]:
    r"""Yield the blocks of at least two labelled fields that give pay, in order.

    >>> text = "Salary Range From: 35\nSalary Range To: 40\nSalary Frequency: Hourly"
    >>> [(table.low, table.high, table.period) for table in tables(text)]
    [(35.0, 40.0, 'hour')]
    """
    stop = len(text) if end is None else end
    block: Table | None = None
    pending: _Field | None = None
    owner = ""
    for found in matches_at(_PAIR, text, _beginnings(text, start, stop), stop):
        field = _field(found)
        if field is None:
            continue
        if pending and field.span.start - pending.span.end <= _GAP and not field.named:
            field = replace(
                field, role=pending.role if field.role == "amount" else field.role, named=True
            )
        if field.opens:
            pending = field
            continue
        # "scope_of_work.min" belongs to no "salary_type" before it.
        another = not field.named and field.owner not in ("", owner)
        far = block is not None and (another or field.span.start - block.span.end > _GAP)
        if block is not None and (far or _repeats(block, field, text)):
            if _whole(block):
                yield block
            block = None
        if block is None and not (field.named or field.bare):
            continue
        owner = field.owner if block is None else owner
        block = _with(block, field, text)
    if block is not None and _whole(block):
        yield block


def _beginnings(text: str, start: int, end: int) -> list[int]:
    """Return where a field can begin: in a line with a mark, or behind a bracket or comma."""
    found = {quoted.start() for quoted in _QUOTED.finditer(text, start, end)}
    for mark in _MARK.finditer(text, start, end):
        floor = max(start, mark.start() - _LONGEST)
        line = text.rfind("\n", floor, mark.start()) + 1
        if line or not floor:
            found.add(line)
    return sorted(found)


def _field(found: re.Match[str]) -> _Field | None:
    kind = _classified(found["key"])
    if kind is None:
        return None
    role, named, bare, unit = kind
    opens = found["value"] in ("{", "") and named
    if role is None and not opens:
        return None
    start, end = found.span("value")
    while start < end and found.string[start] in "\"' ":
        start += 1
    while start < end and found.string[end - 1] in "\"', ;\r":
        end -= 1
    return _Field(
        Span(found.start("key"), end),
        Span(start, end),
        role,
        named,
        opens,
        owner=found["key"].rpartition(".")[0],
        bare=bare,
        unit=unit,
    )


# Exports repeat their keys thousands of times.
@lru_cache(maxsize=4096)
def _classified(key: str) -> tuple[Role | None, bool, bool, float] | None:
    """Return the part a key plays, and what it says of the number: None if it is of other money.

    That is whether it calls it pay, whether it is the bare end of a range, and its unit: 0.01 for
    cents.
    """
    words = _words(key)
    if pattern("pay", "not_pay").search(words):
        return None
    names = pattern("pay", "label").search(words) or pattern("pay", "key_range").search(words)
    bare = _BARE_END.fullmatch(_words(key.rpartition(".")[2])) is not None
    return _role(words), names is not None, bare, 0.01 if _CENTS.search(words) else 1.0


def _words(key: str) -> str:
    return " ".join(part for part in _CAMEL.split(key) if part).lower()


def _role(key: str) -> Role | None:
    for role in ROLES:
        if role != "amount" and pattern("pay", f"key_{role}").search(key):
            return role
    if pattern("pay", "key_other").fullmatch(key.rpartition(" ")[2]):
        return None
    return "amount" if pattern("pay", "key_amount").search(key) else None


def _repeats(block: Table, field: _Field, text: str) -> bool:
    """Tell whether the block has the field's part already, with another value."""
    merged = _with(replace(block, low=None, high=None, period=None, currencies=()), field, text)
    pairs = ((block.low, merged.low), (block.high, merged.high), (block.period, merged.period))
    return any(mine is not None and theirs is not None and mine != theirs for mine, theirs in pairs)


def _with(block: Table | None, field: _Field, text: str) -> Table:
    if block is None:
        block = Table(Span(field.span.start, field.span.start))
    value = text[field.value.start : field.value.end]
    changed = block
    if field.role == "currency":
        codes = currency.named(value.strip()) or currency.named(value.strip().upper())
        changed = replace(block, currencies=codes) if codes else block
    elif field.role == "period":
        unit = unit_of(value)
        changed = replace(block, period=unit, timed=True) if unit else block
    else:
        changed = _amount(block, field, text)
    if changed is block:
        return block
    return replace(
        changed,
        span=Span(block.span.start, field.span.end),
        named=block.named or field.named,
        fields=block.fields + 1,
    )


def _amount(block: Table, field: _Field, text: str) -> Table:
    found = list(amounts(text, field.value.start, field.value.end))
    if len(found) != 1 or not found[0].value:
        return block
    amount = found[0]
    value = round(amount.value * field.unit, 2)
    rest = text[amount.end : field.value.end]
    codes = block.currencies or amount.currencies
    unit = block.period or (period_word(rest) or (None,))[0]
    if field.role == "least":
        return replace(block, low=value, currencies=codes, period=unit)
    if field.role == "most":
        return replace(block, high=value, currencies=codes, period=unit)
    if block.low is not None or block.high is not None:
        return block
    return replace(block, low=value, high=value, currencies=codes, period=unit)


def _whole(block: Table) -> bool:
    amount = block.low is not None or block.high is not None
    known = block.named or (block.timed and bool(block.currencies))
    return amount and known and block.fields > 1
