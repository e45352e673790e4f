"""Answers of batches to and from the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from extract.runs.batch_api import BatchAnswer
from extract.runs.batch_lines import BatchLines, SettledLine
from extract.values import Usage

__all__ = ["paid", "settled"]


def paid(lines: BatchLines, key: str, document: str) -> BatchAnswer | None:
    """Return the answer to a request that is in the journal; it costs another document nothing."""
    kept = lines.answer(key)
    if kept is None:
        return None
    answer = BatchAnswer.paid(kept.body, kept.cost)
    return answer if kept.document == document else answer.free


def settled(
    asked: Mapping[str, tuple[int, Usage]], arrived: Mapping[str, BatchAnswer]
) -> Iterator[SettledLine]:
    """Yield the outcome of each line that was asked, for the journal."""
    for key, one in arrived.items():
        body = one.body if one.is_whole else None
        yield SettledLine(key, asked[key][0], one.outcome, one.cost, body)
