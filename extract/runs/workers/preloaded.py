"""Imported before worker processes are forked, so that they share what all of them need.

It reads one posting, which loads the word lists: a worker that is forked then starts in
milliseconds, and they take their memory once.
"""

from __future__ import annotations

from extract.asking.closed_question import question
from extract.asking.line_choice import shown
from extract.asking.open_question import assemble_open, open_question
from extract.asking.schema import schema_of
from extract.posting import Posting
from extract.runs.workers import worker_process
from extract.sources.several import postings
from extract.text.document import from_text

__all__ = ["load", "worker_process"]

_POSTING = """\
# Baker (m/f), Leeds

Location: Leeds, United Kingdom. Full-time, £14.50 per hour. Posted on 3 March 2025.

## What you will do
- Bake bread at night

## What you bring
- At least 3 years of experience, a diploma and good English
- Python, SQL

We offer 28 days of leave. Apply by 14 March 2025. Job ID: BK-4411.
"""


def load() -> None:
    """Read a posting in both ways, but for the model's part."""
    schema = schema_of(Posting)
    for document in postings(from_text(_POSTING)):
        asked = question(schema, document)
        asked.showing(shown(document, asked.candidates, asked.settled))
        assemble_open(open_question(schema, document), {"title": "Baker"})


load()
