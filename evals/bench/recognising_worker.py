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


def _claims(asked: Any, claim: Any) -> tuple[Any, ...]:
    """Answer a question from what it offers: the first candidate, line or words of each field."""
    made = []
    for field in asked.fields:
        options = asked.options.get(field.name)
        if getattr(field.kind, "by_value", False) or not asked.shown:
            continue
        first = asked.shown[0]
        if field.kind.shape == "lines":
            made.append(claim(field, f"lines {first.number}", (first.number, first.number)))
        elif options:
            made.append(claim(field, options[0].words))
        elif options is None:
            made.append(claim(field, " ".join(asked.document.quote(first.span).split()[:4])))
    return tuple(made)


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

    def asked(document: Any) -> Any:
        question = reading.question(schema_of(posting), document)
        return question.showing(shown(document, question.candidates, question.told))

    def record(question: Any) -> None:
        assembly.assemble(question, _claims(question, reading.Claim))

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
