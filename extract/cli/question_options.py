"""The options that say what is asked, and how: the schema, the prompt and the way of reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from extract.cli.panels import option

__all__ = ["PromptName", "QuestionOptions", "ReadingName", "SchemaName"]

SchemaName = Annotated[
    str | None,
    option(
        "What is read: module:Model, file.py:Model or a JSON Schema file; else postings.",
        "--schema",
        metavar="NAME",
    ),
]
PromptName = Annotated[
    str | None,
    option("A shipped template, or a .toml file of your own.", "--prompt", metavar="NAME|FILE"),
]
ReadingName = Annotated[
    Literal["open", "closed"] | None,
    option(
        "How the model is asked; else closed for the embedded one, open for others.", "--reading"
    ),
]


@dataclass(frozen=True, slots=True)
class QuestionOptions:
    """What is asked of each document."""

    panel: ClassVar = "Question"

    schema: SchemaName = None
    prompt: PromptName = None
    reading: ReadingName = None
