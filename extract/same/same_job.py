"""`postings same`: files of rows in, one line for each group out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract.errors import InputError
from extract.output.json_rows import one_line
from extract.output.part_file import PartFile
from extract.same.card_file import CardFile, card_file
from extract.same.cards import card_of
from extract.same.groups import JobGroup, Joined, Joiner
from extract.same.key_pairs import KeyPairs
from extract.same.record_rows import Census, record_rows
from extract.same.rules import KINDS
from extract.terminal import progress_on

__all__ = ["SameJob", "run"]


@dataclass(frozen=True, slots=True)
class SameJob:
    """What to group, and where to write it: standard output if `output` is None.

    With `apart`, pairs that are another place or cannot be told follow the groups.
    """

    paths: tuple[str, ...]
    output: Path | None = None
    apart: bool = True


def run(job: SameJob) -> int:
    """Group the rows, and return the exit code: 1 if something could not be read.

    Raises InputError if there is nothing to compare, or the output cannot be written.
    """
    _check(job)
    progress = progress_on(sys.stderr)
    census, keys = Census(), KeyPairs()
    try:
        with card_file() as cards:
            for place, row in record_rows(job.paths, census):
                card = card_of(row, place)
                cards.add(card)
                keys.add(card, row)
            cards.finish()
            for fault in census.faults:
                progress.say(fault)
            progress.say(str(census))
            if not census.compared:
                raise InputError("there are no rows to compare")
            joiner = Joiner(cards.card, len(cards))
            joiner.judge(keys.pairs())
            with _writer(job.output) as write:
                for group in joiner.group(apart=job.apart):
                    write(one_line(_line(group, cards)))
            progress.say(_summary(joiner, keys))
    finally:
        progress.close()
    return int(census.unread > 0)


def _check(job: SameJob) -> None:
    if job.output is None:
        return
    if job.output.suffix.lower() != ".jsonl":
        raise InputError(f"{job.output}: groups are written as JSON lines; name a .jsonl file")
    if any(path != "-" and job.output.resolve() == Path(path).resolve() for path in job.paths):
        raise InputError(f"{job.output}: the output would overwrite an input")


def _summary(joiner: Joiner, keys: KeyPairs) -> str:
    listed = [f"{joiner.counts[kind]:,} {kind}" for kind in KINDS if kind in joiner.counts]
    line = f"{joiner.groups:,} groups; {sum(joiner.counts.values()):,} pairs compared"
    if listed:
        line += f": {', '.join(listed)}"
    if keys.large:
        line += f"; {keys.large:,} large buckets, of which only neighbours were compared"
    return line


def _line(group: JobGroup, cards: CardFile) -> dict[str, Any]:
    """Return a group as its line shows it."""
    rows = [cards.card(number) for number in group.rows]
    return {
        "group": group.number,
        "rows": [{"id": card.id, "source": card.source, "row": card.row} for card in rows],
        "pairs": [_pair(pair, cards) for pair in group.pairs],
    }


def _pair(pair: Joined, cards: CardFile) -> dict[str, Any]:
    judgement = pair.judgement
    return {
        "rows": [cards.card(pair.one).row, cards.card(pair.other).row],
        "kind": judgement.kind.replace(" ", "_"),
        "why": judgement.why,
        "duties": None if judgement.duties is None else round(judgement.duties, 2),
        "agree": _quotes(judgement.agree),
        "differ": _quotes(judgement.differ),
    }


def _quotes(sides: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]) -> dict[str, Sequence[Any]]:
    return {name: [list(one), list(other)] for name, (one, other) in sides.items()}


@contextmanager
def _writer(output: Path | None) -> Iterator[Callable[[str], None]]:
    """Yield what writes a line. A file takes its name only if the block ends well."""
    if output is None:
        yield print
        return
    try:
        part = PartFile(output)
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror or error}") from error
    lines, complete = 0, False

    def write(line: str) -> None:
        nonlocal lines
        part.stream.write(f"{line}\n")
        lines += 1

    try:
        yield write
        complete = True
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror or error}") from error
    finally:
        part.close(rows=lines, complete=complete)
