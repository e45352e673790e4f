"""`postings run status`: what runs are at, as a table that stays up to date, or as JSON.

Times are of each folder's own clock and never compared between folders: machines disagree.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.table import Table

from extract.errors import JournalError
from extract.runs.ending import FINE, SOME_FAILED
from extract.runs.journal_rows import spent_in
from extract.runs.run_facts import SPAN
from extract.runs.run_folder import RunFolder, is_running
from extract.runs.run_price import price_in
from extract.runs.summary import dollars
from extract.runs.traffic import Price
from extract.terminal import clean

__all__ = ["RunStatus", "show", "status_of"]

_RECENT = 6
"""Spans whose texts say how fast a run goes now: a minute."""

_PAUSE = 2.0
"""Seconds between two looks, and at least this many times as long as a look takes."""

_DONE = """
SELECT count(*), coalesce(sum(failure IS NOT NULL OR failed), 0)
FROM documents LEFT JOIN answers USING (text_sha256)
WHERE failure IS NOT NULL OR failed IS NOT NULL
"""
_PACE = "SELECT span, texts FROM finished WHERE span > ? AND span <= ?"


@dataclass(frozen=True, slots=True)
class RunStatus:
    """What a run is at. None is not known; `per_minute` counts texts, `minutes_left` is a guess."""

    folder: str
    state: str
    shard: str | None = None
    done: int = 0
    failed: int = 0
    total: int | None = None
    tokens: int = 0
    requests: int = 0
    cost: float | None = None
    per_minute: float | None = None
    minutes_left: float | None = None

    @property
    def left(self) -> int | None:
        """How many documents have no row yet."""
        return None if self.total is None else max(0, self.total - self.done)


def show(
    folders: Sequence[Path], price: Price | None, *, as_json: bool = False, once: bool = False
) -> int:
    """Print what runs are at, again and again at a terminal, and return the exit code.

    A folder that cannot be read is a line of its own, and makes the exit code 1.
    """
    listed = [status_of(folder, price) for folder in folders]
    if as_json:
        rows = [asdict(one) | {"left": one.left} for one in listed]
        sys.stdout.write(json.dumps({"runs": rows}, indent=1) + "\n")
    elif once or not sys.stdout.isatty():
        Console(file=sys.stdout, highlight=False).print(_table(listed))
    else:
        with suppress(KeyboardInterrupt):
            listed = _watched(folders, price, listed)
    return SOME_FAILED if any(map(_is_fault, listed)) else FINE


def status_of(folder: Path, price: Price | None = None) -> RunStatus:
    """Return what a run is at; a fault of its folder is its state."""
    try:
        running = is_running(folder) if folder.is_dir() else False
        with RunFolder.opened(folder, live=True) as run:
            return _status(run, price, running=running)
    except (JournalError, sqlite3.Error) as error:
        return RunStatus(str(folder), f"cannot be read: {error}")


def _watched(
    folders: Sequence[Path], price: Price | None, listed: list[RunStatus]
) -> list[RunStatus]:
    with Live(_table(listed), auto_refresh=False) as live:
        while any(one.state == "running" for one in listed):
            began = time.monotonic()
            listed = [status_of(folder, price) for folder in folders]
            live.update(_table(listed), refresh=True)
            time.sleep(max(_PAUSE, 5 * (time.monotonic() - began)))
    return listed


def _status(run: RunFolder, price: Price | None, *, running: bool) -> RunStatus:
    done, failed = run.db.execute(_DONE).fetchone()
    spent = spent_in(run.db)
    ended = run.fact("ended")
    total = ended if ended is not None else run.fact("expected")
    if price is None:
        price = price_in(run.db, run.manifest.model)
    speed = _per_minute(run, running=running)
    left = None if total is None else max(0, int(total) - done)
    state = "done" if ended is not None and not left else "stopped"
    return RunStatus(
        str(run.folder),
        "running" if running else state,
        run.manifest.shard,
        done,
        failed,
        None if total is None else int(total),
        spent.tokens,
        spent.calls,
        None if price is None else price.of(spent),
        speed,
        left / speed if running and left is not None and speed else None,
    )


def _per_minute(run: RunFolder, *, running: bool) -> float | None:
    """Return how many texts are finished in a minute: of late, or while the run worked."""
    if not run.has("finished"):
        return None
    first, last, texts, spans = map(
        int,
        run.db.execute(
            "SELECT coalesce(min(span), 0), coalesce(max(span), 0), coalesce(sum(texts), 0), "
            "count(*) FROM finished"
        ).fetchone(),
    )
    if not spans:
        return None
    if not running:
        return float(texts) * 60 / SPAN / spans
    # The span of now is not over; a clock that was set back must not hide the last ones.
    now = max(int(time.time()) // SPAN, last)
    recent: dict[int, int] = dict(run.db.execute(_PACE, (now - 1 - _RECENT, now - 1)))
    worked = min(_RECENT, max(1, now - first))
    return sum(recent.values()) * 60 / SPAN / worked


def _table(listed: Sequence[RunStatus]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("run", "shard", "state"):
        table.add_column(name)
    for name in ("done", "failed", "left", "tokens", "cost", "a minute", "minutes left"):
        table.add_column(name, justify="right")
    for one in listed:
        table.add_row(*_cells(one))
    if len(listed) > 1:
        table.add_section()
        table.add_row(*_cells(_total(listed)))
    return table


def _cells(one: RunStatus) -> list[str]:
    return [
        clean(one.folder).replace("[", r"\["),
        one.shard or "",
        clean(one.state).replace("[", r"\["),
        f"{one.done:,}",
        f"{one.failed:,}",
        "?" if one.left is None else f"{one.left:,}",
        f"{one.tokens:,}",
        "?" if one.cost is None else dollars(one.cost),
        "?" if one.per_minute is None else f"{one.per_minute:,.0f}",
        "" if one.minutes_left is None else f"{one.minutes_left:,.0f}",
    ]


def _total(listed: Sequence[RunStatus]) -> RunStatus:
    """Return the sum of all; what one does not know, nobody does."""
    known = [one for one in listed if not _is_fault(one)]
    totals = [one.total for one in known]
    costs = [one.cost for one in known]
    going = [one.per_minute for one in known if one.state == "running"]
    left = [one.minutes_left for one in known if one.state == "running"]
    return RunStatus(
        "all",
        "",
        None,
        sum(one.done for one in known),
        sum(one.failed for one in known),
        None if None in totals else sum(total or 0 for total in totals),
        sum(one.tokens for one in known),
        sum(one.requests for one in known),
        None if None in costs else sum(cost or 0.0 for cost in costs),
        sum(one or 0.0 for one in going),
        None if None in left or not left else max(one or 0.0 for one in left),
    )


def _is_fault(one: RunStatus) -> bool:
    return one.state.startswith("cannot")
