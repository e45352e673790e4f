"""Which folders are joined, in which order, and what is wrong with them."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from extract.errors import JournalError
from extract.runs.run_folder import RunFolder
from extract.sources.shards import Shard

__all__ = ["MergePlan", "Part", "planned"]


@dataclass(frozen=True, slots=True)
class Part:
    """A folder that is joined. Shards share one order; other folders follow one another."""

    run: RunFolder
    shard: Shard | None
    order: int
    number: int


@dataclass(frozen=True, slots=True)
class MergePlan:
    """The folders to join, and the faults that a partial merge lives with."""

    parts: list[Part]
    faults: tuple[str, ...] = ()


def planned(folders: Sequence[Path], stack: ExitStack, *, partial: bool) -> MergePlan:
    """Open the folders, which the stack closes, and check that they belong together.

    Raises JournalError that names every fault. If it is `partial`, only folders that were asked
    otherwise, or are given twice, are an error.
    """
    wrong, faults = list[str](), list[str]()
    runs = list[RunFolder]()
    for folder in dict.fromkeys(folders):
        try:
            run = stack.enter_context(RunFolder.opened(folder))
            lack = run.unfinished
        except (JournalError, sqlite3.Error) as error:
            named = str(folder) in str(error)
            faults.append(str(error) if named else f"{folder}/journal.sqlite: {error}")
            continue
        runs.append(run)
        if lack is not None:
            faults.append(f"{folder} is not finished: {lack}; start its command again")
    for run in runs[1:]:
        kept = runs[0].manifest.as_json()
        if changed := run.manifest.differences(kept, apart=("shard",)):
            first = runs[0].folder
            wrong.append(f"{run.folder} is not of the same run as {first}: {'; '.join(changed)}")
    parts = _parts(runs, wrong)
    faults += _lacking(parts)
    if wrong or not parts or (faults and not partial):
        hint = "" if wrong or not parts else ". To join what is there, add --partial"
        raise JournalError("; ".join([*wrong, *faults]) + hint)
    return MergePlan(parts, tuple(faults))


def _parts(runs: Sequence[RunFolder], wrong: list[str]) -> list[Part]:
    shards = [run.manifest.shard for run in runs]
    if any(shards) and not all(shards):
        plain = next(run.folder for run in runs if not run.manifest.shard)
        wrong.append(f"{plain} is not a shard, but others are")
        return []
    if len({shard.partition("/")[2] for shard in shards if shard}) > 1:
        wrong.append(f"the shards are of different divisions: {', '.join(filter(None, shards))}")
        return []
    parts = [
        Part(run, Shard.named(shard) if shard else None, 0 if shard else number, number)
        for number, (run, shard) in enumerate(zip(runs, shards, strict=True))
    ]
    same = defaultdict[str, list[Path]](list)
    for part in parts:
        if part.shard is not None:
            same[str(part.shard)].append(part.run.folder)
    wrong += [
        f"shard {name} is given twice: {' and '.join(map(str, given))}"
        for name, given in same.items()
        if len(given) > 1
    ]
    return parts


def _lacking(parts: Sequence[Part]) -> Iterator[str]:
    """Yield which shards are missing, and which read another input than the others."""
    sharded = [(part, part.shard) for part in parts if part.shard is not None]
    if not sharded:
        return
    of = sharded[0][1].of
    there = {shard.number for _, shard in sharded}
    for number in range(1, of + 1):
        if number not in there:
            yield (
                f"shard {number} of {of} is missing: give its folder too, or read it with "
                f"`postings extract … --shard {number}/{of} --run DIR`"
            )
    first = next((part for part, _ in sharded if part.run.fact("input")), None)
    for part, _ in sharded if first is not None else ():
        seen = part.run.fact("input")
        if first is not None and seen is not None and seen != first.run.fact("input"):
            yield (
                f"{part.run.folder} read another input than {first.run.folder} "
                f"({part.run.fact('pages')} pages, {first.run.fact('pages')} there): give all "
                "shards the same paths in the same order"
            )
