"""What `recognising` runs in a process of its own, in the checkout of which it tells the time.

It is run by its path and imports nothing of evals/, so that it works in older revisions too.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any


def _module(*names: str) -> Any:
    """Import the first module that this checkout has: some are called otherwise in older ones."""
    for name in names:
        try:
            return import_module(name)
        except ModuleNotFoundError:
            continue
    raise SystemExit(f"none of these modules is in {sys.path[0]}: {', '.join(names)}")


def _answer(asked: Any) -> dict[str, list[Any]]:
    """Answer a question from what it offers: the first candidate, line or words of each field."""
    made: dict[str, list[Any]] = {}
    for field in asked.fields:
        options = asked.options.get(field.name)
        made[field.name] = []
        if getattr(field.kind, "by_value", False) or not asked.shown:
            continue
        first = asked.shown[0]
        if field.kind.shape == "lines":
            made[field.name] = [[first.number, first.number]]
        elif options:
            made[field.name] = [options[0].words]
        elif options is None:
            made[field.name] = [" ".join(asked.document.quote(first.span).split()[:4])]
    return made


def _claims(claim: Any, asked: Any) -> list[Any]:
    """Return the answer as the claims that older revisions assemble."""
    fields = {field.name: field for field in asked.fields}
    return [
        claim(fields[name], item)
        if isinstance(item, str)
        else claim(fields[name], f"lines {item[0]}", tuple(item))
        for name, items in _answer(asked).items()
        for item in items
    ]


def main() -> None:
    """Print the seconds of CPU: to the first record, and of each step a document after it."""
    paths, rounds = [Path(one) for one in json.loads(sys.argv[1])], int(sys.argv[2])
    begun = time.process_time()
    reading = _module("extract.asking.closed_question", "extract.reading")
    assembly = _module("extract.asking.closed_assembly", "extract.assemble")
    shown = _module("extract.asking.line_choice", "extract.select").shown
    schema_of = _module("extract.asking.schema", "extract.schema").schema_of
    text = _module("extract.text.document")
    posting = import_module("extract.posting").Posting
    claim = getattr(reading, "Claim", None)

    def asked(document: Any) -> Any:
        question = reading.question(schema_of(posting), document)
        settled = question.told if claim else question.settled
        return question.showing(shown(document, question.candidates, settled))

    def record(question: Any) -> None:
        answer = _claims(claim, question) if claim else _answer(question)
        assembly.assemble(question, answer)

    record(asked(text.from_bytes(paths[0].read_bytes(), id="0", source="0")))
    first = time.process_time() - begun
    best: dict[str, float] = {}
    for number in range(rounds):
        marks = [time.process_time()]
        # Blanks at the end make it another text, of which nothing is remembered.
        documents = [
            text.from_bytes(path.read_bytes() + b"\n.\n" + b"." * number, id=path.name, source="-")
            for path in paths
        ]
        marks.append(time.process_time())
        questions = [asked(document) for document in documents]
        marks.append(time.process_time())
        for question in questions:
            record(question)
        marks.append(time.process_time())
        for step, start, end in zip(("text", "question", "record"), marks, marks[1:], strict=False):
            best[step] = min(best.get(step, end - start), end - start)
    each = {step: seconds / len(paths) for step, seconds in best.items()}
    sys.stdout.write(json.dumps({"first": first, **each}))


if __name__ == "__main__":
    main()
