"""What the Batch API works on: an input file read, and its lines answered one after the other."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from evals.bench.loopback.chat import ChatAnswer, ChatRequest
from evals.bench.loopback.ledger import OK, LedgerEntry
from evals.bench.loopback.misbehaviour import Fault

__all__ = [
    "ENDPOINT",
    "OPEN",
    "Answered",
    "Line",
    "ServedBatch",
    "Terms",
    "full",
    "lines_of",
    "work",
]

ENDPOINT = "/v1/chat/completions"
OPEN = ("validating", "in_progress", "finalizing")
"""The states in which a job can still be cancelled."""

_LOST: frozenset[Fault] = frozenset(
    ("dropped_before", "dropped_during", "garbled", "endless", "never")
)
"""Faults of a connection that, inside a batch, are a call to the model that timed out."""

Line = dict[str, Any]
Answered = Callable[[bytes], tuple[LedgerEntry, ChatAnswer]]
"""From the body of a request to what it is answered."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a job takes: seconds for each of its stages, and for each of its lines.

    It expires `window` seconds after it was made. `most` and `largest` are the lines and bytes
    of an input file, `enqueued` the prompt tokens that all open jobs together may have.
    """

    stage: float = 0.01
    line: float = 0.0
    window: float = 86_400.0
    most: int = 50_000
    largest: int = 200_000_000
    enqueued: int = 1 << 40


@dataclass(slots=True)
class ServedBatch:
    """A batch: `about` is what the API shows of it, `expires` a time of the monotonic clock."""

    about: Line
    expires: float
    cancelled: bool = False
    enqueued: int = 0

    @property
    def stopped_by(self) -> str | None:
        """The code of the lines that are not answered any more."""
        if self.cancelled:
            return "batch_cancelled"
        return "batch_expired" if time.monotonic() >= self.expires else None

    def enter(self, status: str) -> None:
        """Take on a state, and the time of it."""
        self.about["status"] = status
        self.about[f"{status}_at"] = int(time.time())


async def work(
    job: ServedBatch, lines: list[Line], answered: Answered, terms: Terms, seed: int
) -> tuple[list[Line], list[Line], str]:
    """Answer the lines, and return the rows of both files and the state the job ends in."""
    job.enter("cancelling" if job.cancelled else "in_progress")
    counts = job.about["request_counts"]
    counts["total"] = len(lines)
    output: list[Line] = []
    errors: list[Line] = []
    stopped: str | None = None
    for number, line in enumerate(lines):
        await asyncio.sleep(terms.line)
        row = {
            "id": f"batch_req_{job.about['id']}_{number}",
            "custom_id": line["custom_id"],
            "response": None,
            "error": None,
        }
        stopped = stopped or job.stopped_by
        if stopped:
            row["error"] = {"code": stopped, "message": "This request was not executed."}
        else:
            _ask(line, row, answered)
        good = row["error"] is None and row["response"]["status_code"] == OK
        (output if good else errors).append(row)
        counts["completed" if good else "failed"] += 1
    dice = random.Random(seed)  # noqa: S311 - no secret
    dice.shuffle(output)
    dice.shuffle(errors)
    ended = {None: "completed", "batch_cancelled": "cancelled", "batch_expired": "expired"}
    return output, errors, ended[stopped]


def _ask(line: Line, row: Line, answered: Answered) -> None:
    # As a client would send it alone, so that it is answered the same.
    body = json.dumps(line["body"], ensure_ascii=False, separators=(",", ":"))
    entry, answer = answered(body.encode("utf-8", "surrogatepass"))
    if entry.fault in _LOST:
        row["error"] = {"code": "request_timeout", "message": "The model did not answer in time."}
        return
    entry.told = True
    row["response"] = {
        "status_code": answer.status,
        "request_id": f"req_{entry.key[:16]}",
        "body": answer.json,
    }


def lines_of(content: bytes, terms: Terms) -> tuple[list[Line], list[Line]]:
    """Return the lines of an input file, and what is wrong with it in the API's form."""
    lines: list[Line] = []
    faults: list[Line] = []
    seen: set[str] = set()
    for number, told in enumerate(content.splitlines(), 1):
        try:
            line = json.loads(told)
            fault = _fault(line, seen, lines[0] if lines else line)
            seen.add(line["custom_id"])
            lines.append(line)
        except (ValueError, KeyError, TypeError):
            fault = ("invalid_json_line", "This line is not a request of a batch.")
        if fault:
            faults.append(_told(*fault, number))
    if not lines and not faults:
        faults.append(_told("empty_file", "The file has no lines.", None))
    if len(lines) > terms.most or len(content) > terms.largest:
        faults.append(_told("too_many_tasks", "The file has too many lines or bytes.", None))
    return lines, faults


def full(lines: list[Line], others: int, terms: Terms) -> tuple[int, list[Line]]:
    """Return the prompt tokens of a job's lines, and what is wrong if the queue has no room."""
    wanted = sum(ChatRequest.of(line["body"]).prompt for line in lines)
    if others + wanted <= terms.enqueued:
        return wanted, []
    told = f"Enqueued token limit reached. Limit: {terms.enqueued:,} enqueued tokens."
    return wanted, [_told("token_limit_exceeded", told, None)]


def _fault(line: Line, seen: set[str], first: Line) -> tuple[str, str] | None:
    if line["custom_id"] in seen:
        return "duplicate_custom_id", f"The custom_id {line['custom_id']!r} is used twice."
    if line["body"]["model"] != first["body"]["model"]:
        return "mismatched_model", "All requests of a batch must ask the same model."
    if line["method"] != "POST" or line["url"] != ENDPOINT:
        return "invalid_url", f"Every line must POST to {ENDPOINT}."
    return None


def _told(code: str, message: str, line: int | None) -> Line:
    return {"code": code, "message": message, "param": None, "line": line}
