"""What the toolkit costs on top of a bare client: the same requests, the same server, one run.

    python -m evals.bench.throughput
    python -m evals.bench.throughput --count 500 --rounds 3 --json throughput.json

The systems take turns, round after round. What matters is the ratio: the machine's speed is in all
of them. The server is a process of its own; CPU is the client's alone.

- bare: `AsyncOpenAI` with the bodies that the toolkit sends, the answer not even parsed
- instructor: its own async client with the same messages and each document's answer schema
- instructor, one schema: the same with one schema for all, as one would use it by oneself
- asking: the toolkit's model call alone, with questions made beforehand
- whole: from text to records
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import instructor
import openai
import typer
from pydantic import BaseModel

from evals.bench.loopback import Loopback, serving
from evals.bench.loopback.child_process import started
from evals.bench.loopback.made_up import text_of
from evals.bench.timings import Taken, report, say
from extract import extract_many
from extract.asking.closed_question import question
from extract.asking.schema import schema_of
from extract.models.client import Client, Model
from extract.posting import Posting
from extract.text.document import from_text
from extract.values import Document

__all__ = ["main"]

_KEY = "none"
_WARM = 64
"""Postings that each system reads before its clock starts: imports, vocabularies, connections."""


@dataclass(frozen=True, slots=True)
class Work:
    """The same work for every system: the texts, and the requests that the toolkit makes of them.

    `asked` pairs the messages of each document's first request with its answer schema.
    """

    texts: Sequence[str]
    bodies: Sequence[dict[str, Any]]
    asked: Sequence[tuple[list[dict[str, str]], type[BaseModel]]]
    one: type[BaseModel]


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the server is, and how many requests are under way at once."""

    model: Model
    concurrency: int


System = Callable[[Work, Setting], Coroutine[Any, Any, int]]
"""Does the work and returns how many requests it made."""


def main(
    count: Annotated[int, typer.Option(help="Postings for each system and round.")] = 1000,
    rounds: Annotated[int, typer.Option(help="How often the systems take turns.")] = 3,
    concurrency: Annotated[int, typer.Option(help="Requests under way at once.")] = 64,
    delay: Annotated[float, typer.Option(help="Seconds the server takes to answer.")] = 0.05,
    size: Annotated[int, typer.Option(help="Characters of a posting.")] = 5000,
    only: Annotated[str, typer.Option(help="Systems to run, comma-separated.")] = "",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write figures here.")] = None,
) -> None:
    """Measure postings a second and CPU a posting, for us and for those we are measured against."""
    wanted = {name.strip() for name in only.split(",") if name.strip()} or set(_SYSTEMS)
    work = _work([text_of(number, size) for number in range(count)])
    warm = _work([text_of(count + number, size) for number in range(_WARM)])
    taken: list[Taken] = []
    with started(delay=delay) as server:
        setting = Setting(Model("loopback", server.base_url, _KEY, reading="closed"), concurrency)
        for number in range(rounds):
            for name in (one for one in _SYSTEMS if one in wanted):
                if number == 0:
                    asyncio.run(_SYSTEMS[name](warm, setting))
                taken.append(asyncio.run(_timed(name, work, setting)))
                say(taken[-1])
    report(taken, rounds)
    if json_file is not None:
        rows = json.dumps([asdict(one) for one in taken], indent=1)
        json_file.write_text(rows + "\n", encoding="utf-8")


def _work(texts: list[str]) -> Work:
    """Let the toolkit do the work once, without a clock, to see what it asks."""
    with serving(server=Loopback(keeping=True)) as server:
        model = Model("loopback", server.base_url, _KEY, reading="closed")
        asyncio.run(_drained(_documents(texts), model, 16))
        bodies = [json.loads(body) for body in server.bodies]
    schema = schema_of(Posting)
    first = {
        entry.mark: body
        for entry, body in reversed(list(zip(server.ledger.entries, bodies, strict=True)))
    }
    asked = []
    for document in _documents(texts):
        messages = [dict(message) for message in first[document.id]["messages"]]
        asked.append((messages, question(schema, document).answer))
    return Work(
        texts, bodies, asked, question(schema, from_text(texts[0], id="", source="")).answer
    )


def _documents(texts: Sequence[str]) -> Iterator[Document]:
    for text in texts:
        id_ = text[(at := text.index("LB-")) : at + 10]
        yield from_text(text, id=id_, source="made up")


async def _drained(documents: Iterator[Document], model: Model, concurrency: int) -> int:
    count = 0
    many = extract_many(documents, model=model, concurrency=concurrency)
    async with aclosing(many) as rows:
        async for row in rows:
            usage = row.provenance.usage if hasattr(row, "provenance") else row.usage
            count += usage.calls
    return count


async def _timed(name: str, work: Work, setting: Setting) -> Taken:
    clock, cpu = time.perf_counter(), time.process_time()
    requests = await _SYSTEMS[name](work, setting)
    seconds, spent = time.perf_counter() - clock, time.process_time() - cpu
    return Taken(name, requests, len(work.texts), seconds, spent)


async def _whole(work: Work, setting: Setting) -> int:
    return await _drained(_documents(work.texts), setting.model, setting.concurrency)


async def _asking(work: Work, setting: Setting) -> int:
    client = Client(setting.model)
    await _all(work.asked, setting, lambda one: client.ask(*one))
    await client.close()
    return len(work.asked)


async def _bare(work: Work, setting: Setting) -> int:
    async with _openai(setting) as client:
        await _all(work.bodies, setting, lambda body: client.chat.completions.create(**body))
    return len(work.bodies)


async def _instructor(work: Work, setting: Setting) -> int:
    return await _by_instructor(work.asked, setting)


async def _instructor_one(work: Work, setting: Setting) -> int:
    return await _by_instructor([(messages, work.one) for messages, _ in work.asked], setting)


async def _by_instructor(
    asked: Sequence[tuple[list[dict[str, str]], type[BaseModel]]], setting: Setting
) -> int:
    model = setting.model
    async with _openai(setting) as plain:
        client = instructor.from_openai(plain, mode=instructor.Mode.JSON_SCHEMA)

        async def ask(one: tuple[list[dict[str, str]], type[BaseModel]]) -> object:
            return await client.chat.completions.create(
                model=model.name,
                messages=one[0],  # type: ignore[arg-type]
                response_model=one[1],
                max_retries=0,
                max_tokens=model.answer_limit,
                temperature=model.temperature,
            )

        await _all(asked, setting, ask)
    return len(asked)


def _openai(setting: Setting) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(
        base_url=setting.model.base_url, api_key=_KEY, timeout=60.0, max_retries=0
    )


async def _all(
    given: Sequence[Any], setting: Setting, ask: Callable[[Any], Awaitable[object]]
) -> None:
    """Ask all, some at once: each worker takes the next one, as a bare client's user would."""
    left = iter(given)

    async def worker() -> None:
        for one in left:
            await ask(one)

    await asyncio.gather(*(worker() for _ in range(setting.concurrency)))


_SYSTEMS: dict[str, System] = {
    "bare": _bare,
    "instructor": _instructor,
    "instructor, one schema": _instructor_one,
    "asking": _asking,
    "whole": _whole,
}


if __name__ == "__main__":
    typer.run(main)
