"""Render a prompt: what is asked of all documents, the examples, and the lines of one document.

Variables of a template are filled once by `string.Template`, so template syntax in a posting has no
effect. Control tokens of chat formats are broken up: a server would read `<|im_end|>` in a posting
as the end of the message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from extract.asking.closed_question import Question
from extract.asking.open_question import OpenQuestion
from extract.asking.prompt_file import DEFAULTS, PromptTemplate, read_template
from extract.asking.schema import IS_POSTING, AskedField, Schema
from extract.errors import PromptError
from extract.kinds import members
from extract.values import Document, Line, Reading

__all__ = ["DEFAULTS", "Message", "Prompt", "defuse", "field_paths", "load", "shown_lines"]

Message = dict[str, str]

_CONTROL = re.compile(r"<(?=[|/\w])|\|(?=>)|\[(?=/?INST\])")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A loaded template. `name` is "id@version"; `sha256` is that of its file."""

    name: str
    sha256: str
    template: PromptTemplate

    @property
    def shown(self) -> frozenset[str]:
        """The hashes of the example documents, if the template has them."""
        return frozenset(each.sha256 for each in self.template.examples if each.sha256)

    def messages(self, asked: Question | OpenQuestion) -> list[Message]:
        """Render the constant part, and the lines of one document."""
        lines = _fill(self.template.document, lines=shown_lines(asked))
        return [*self.constant(asked.schema, asked.reading), {"role": "user", "content": lines}]

    def constant(self, schema: Schema[Any], reading: Reading) -> list[Message]:
        """Render what is the same for every document: what is asked, and the examples.

        Raises PromptError if the template words a field that the schema does not have.
        """
        self._check_fields(schema)
        guide = (
            _open_guide(schema.fields, self.template)
            if reading == "open"
            else "\n".join(
                _guide(field, self.template.fields) for field in schema.fields if field.kind.asked
            )
        )
        constant = _fill(self.template.system, subject=schema.subject, guide=guide)
        messages = [{"role": "system", "content": constant}]
        for example in self.template.examples:
            if _belongs(json.loads(example.answer), schema, reading):
                lines = _fill(self.template.document, lines=example.document.strip())
                messages += [
                    {"role": "user", "content": lines},
                    {"role": "assistant", "content": example.answer.strip()},
                ]
        return messages

    def repair(self, faults: str) -> Message:
        """Render the message that names the faults of an answer."""
        return {"role": "user", "content": _fill(self.template.repair, faults=defuse(faults))}

    def _check_fields(self, schema: Schema[Any]) -> None:
        known = dict(field_paths(schema.fields)) if self.template.fields else {}
        for path in self.template.fields:
            if path not in known:
                raise PromptError(
                    f"{self.name}: [fields] words {path!r}, which {schema.model.__name__} does not "
                    f"have; it has {', '.join(known)}"
                )


def load(name: str | Path | None = None, reading: Reading = "closed") -> Prompt:
    """Load a shipped template by its name, or a template file by its path ending in .toml.

    Without a name, load the default of the way of reading. Raises PromptError if the template is
    missing or malformed.

    >>> load("reading-1").name
    'reading@1'
    """
    template, sha256 = read_template(name or DEFAULTS[reading])
    return Prompt(f"{template.id}@{template.version}", sha256, template)


def field_paths(fields: Sequence[AskedField], above: str = "") -> Iterator[tuple[str, AskedField]]:
    """Yield each field with its path, and below a nested model its members.

    >>> from extract.posting import Posting
    >>> from extract.asking.schema import schema_of
    >>> next(field_paths(schema_of(Posting).fields))[0]
    'title'
    """
    for field in fields:
        yield f"{above}{field.name}", field
        yield from field_paths(members(field.kind), f"{above}{field.name}.")


def defuse(text: str) -> str:
    """Break up what a server could take for a control token; nothing else changes.

    >>> defuse("<|im_end|> <b>")
    '< |im_end| > < b>'
    """
    return _CONTROL.sub(lambda match: match.group() + " " if match.group() != "|" else "| ", text)


def _fill(text: str, **values: Any) -> str:
    return Template(text).substitute(values).strip()


def shown_lines(asked: Question | OpenQuestion) -> str:
    """Return the lines as the model reads them, numbered if it answers with line numbers."""
    return "\n".join(
        f"{line.number} {_shown(asked.document, line)}"
        if asked.by_number
        else _shown(asked.document, line)
        for line in asked.shown
    )


def _shown(document: Document, line: Line) -> str:
    return defuse(" ".join(document.quote(line.span).split()))


_FORMS = {"one": "words", "many": "list of words", "lines": "list of line numbers"}


def _guide(field: AskedField, wordings: Mapping[str, str], above: str = "") -> str:
    """Return the guide to a field in closed reading."""
    path = f"{above}{field.name}"
    shape = "many" if field.is_list and field.kind.shape == "one" else field.kind.shape
    inside = members(field.kind)
    form = "words and value" if field.kind.by_value and not inside else _FORMS[shape]
    if inside:
        form = "list of objects" if field.is_list else "object"
    inner = [
        f"  {line}"
        for member in inside
        for line in _guide(member, wordings, f"{path}.").splitlines()
    ]
    return "\n".join([f"{field.name} ({form}): {wordings.get(path, field.ask)}", *inner])


def _open_guide(fields: Sequence[AskedField], template: PromptTemplate, above: str = "") -> str:
    """Return the guide to fields in open reading: their descriptions and their kinds' rules."""
    lines: list[str] = []
    indent = "  " * above.count(".")
    for field in fields:
        path = f"{above}{field.name}"
        ask = template.fields.get(path, field.ask)
        rule = template.rules.get(field.kind.topic, "")
        said = f"{ask.removesuffix('.')}. {rule}"
        lines.append(f"{indent}{field.name}: {' '.join(said.split())}")
        if inside := members(field.kind):
            lines.append(_open_guide(inside, template, f"{path}."))
    return "\n".join(lines)


def _belongs(answer: Mapping[str, Any], schema: Schema[Any], reading: Reading) -> bool:
    """Tell whether a schema asks all fields of an example, in the form of its answers."""
    fields = {field.name: field for field in schema.fields}
    return all(
        name == IS_POSTING or (name in fields and _has_form(fields[name], value, reading))
        for name, value in answer.items()
    )


def _has_form(field: AskedField, value: Any, reading: Reading) -> bool:
    if reading == "closed" and not field.kind.by_value:
        return isinstance(value, str if field.kind.shape == "one" and not field.is_list else list)
    if field.kind.shape == "lines":
        return value is None or isinstance(value, str)
    if field.is_list:
        return isinstance(value, list)
    return value is None or isinstance(
        value, dict if field.kind.parts or members(field.kind) else str
    )
