"""What is asked of every document that the project has, as one hash each.

`python -m tests.frozen` writes the hashes anew, after a change that is meant to ask otherwise.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from extract.asking import prompt
from extract.asking.closed_question import question
from extract.asking.line_choice import shown
from extract.asking.open_question import open_question
from extract.asking.schema import schema_of
from extract.errors import InputError
from extract.posting import Posting
from extract.sources.several import postings
from extract.text.document import from_bytes
from extract.values import Document

ROOT = Path(__file__).parent.parent
FILE = Path(__file__).parent / "pages" / "requests.json"
_FOLDERS = ("evals/datasets/postings/documents", "docs/samples")


def requests() -> dict[str, list[str]]:
    """Return the hashes of the closed and the open request, by the id of the document."""
    schema = schema_of(Posting)
    closed, opened = prompt.load(reading="closed"), prompt.load(reading="open")
    found = {}
    for document in _documents():
        asked = question(schema, document)
        narrowed = asked.showing(shown(document, asked.candidates, asked.told))
        free = open_question(schema, document)
        found[document.id] = [
            _hash([closed.messages(narrowed), narrowed.answer.model_json_schema()]),
            _hash([opened.messages(free), free.answer.model_json_schema()]),
        ]
    return found


def _documents() -> Iterator[Document]:
    for name, data in _pages():
        try:
            yield from postings(from_bytes(data, id=name, source=name))
        except InputError:
            continue


def _pages() -> Iterator[tuple[str, bytes]]:
    for folder in _FOLDERS:
        for path in sorted((ROOT / folder).iterdir()):
            yield path.name, path.read_bytes()
    for name, part in (("small", "text"), ("feeds", "feed")):
        lines = FILE.with_name(f"{name}.jsonl").read_text("utf-8").splitlines()
        for number, line in enumerate(lines):
            yield f"{name}-{number}", json.loads(line)[part].encode()


def _hash(request: object) -> str:
    written = json.dumps(request, ensure_ascii=False).encode()
    return hashlib.sha256(written).hexdigest()[:16]


if __name__ == "__main__":
    rows = (f" {json.dumps(name)}: {json.dumps(row)}" for name, row in requests().items())
    FILE.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
