"""Imported before worker processes are forked, so that they share what all of them need.

It reads one posting in both ways, with an answer of its own, which loads the word lists and the
packages that are otherwise loaded late: a worker that is forked then starts at once, and they take
their memory once.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

import httpx2

from extract.asking import prompt as prompts
from extract.asking.closed_question import question
from extract.asking.extractor import Extractor
from extract.asking.forms import answer_form
from extract.asking.line_choice import shown
from extract.asking.open_question import assemble_open, open_question
from extract.asking.schema import Schema, schema_of
from extract.errors import PostingsError
from extract.models.client import Client, Model
from extract.posting import Posting
from extract.runs.workers import worker_process
from extract.sources.several import postings
from extract.text.document import from_text

__all__ = ["load", "worker_process"]

_POSTING = """\
<h1>Baker (m/f), Leeds</h1>

<p>Location: Leeds, United Kingdom. Full-time, £14.50 per hour. Posted on 3 March 2025.</p>

<h2>What you will do</h2>
<ul><li>Bake bread at night</ul>

<h2>What you bring</h2>
<ul><li>At least 3 years of experience, a diploma and good English<li>Python, SQL</ul>

<p>We offer 28 days of leave. Apply by 14 March 2025. Job ID: BK-4411.</p>
"""


def load() -> None:
    """Read a posting in both ways; nothing is sent."""
    schema = schema_of(Posting)
    for document in postings(from_text(_POSTING)):
        asked = question(schema, document)
        asked.showing(shown(document, asked.candidates, asked.settled))
        assemble_open(open_question(schema, document), {"title": "Baker", "salary": None})
        asyncio.run(_read(schema, document))


async def _read(schema: Schema[Any], document: Any) -> None:
    form = answer_form(schema)["properties"]
    empty: dict[str, Any] = {
        name: [] if one.get("type") == "array" else None for name, one in form.items()
    }
    message = {"role": "assistant", "content": json.dumps(empty | {"is_posting": True})}
    answer = {
        "id": "preloaded",
        "object": "chat.completion",
        "created": 0,
        "model": "preloaded",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, json=answer))
    client = Client(Model("preloaded", "http://127.0.0.1/v1", "none"), transport)
    with suppress(PostingsError):  # what it was for is loaded all the same
        await Extractor(client, schema, prompts.load(None, "open")).read(document)
    await client.close()


load()
