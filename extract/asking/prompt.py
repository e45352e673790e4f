"""Prompt templates: data with a version and a content hash, filled in one pass.

A template is a TOML file with `id`, `version`, `description` and the texts `system` (constant for
a schema: variables `subject` and `guide`), `document` (`lines`) and `repair` (`faults`), a table
`[rules]` of what a kind of field asks in open reading, and any number of `[[examples]]` with
`document` and `answer`, and with the `sha256` of the document where it is a case of a dataset,
which is then not evaluated with this template. An example belongs to every schema that asks for
all that it answers, in the form that it answers in: to a model's subclasses, and not to another
model of the same name.

Variables are written `$name` and filled by `string.Template`, once: what is filled in is never
looked at again, so nothing that stands in a posting is taken for template syntax. Control tokens
of chat formats are broken up, because a server would otherwise read `<|im_end|>` in a posting as
the end of the message.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from extract import resources
from extract.asking.closed_question import Question
from extract.asking.open_question import OpenQuestion
from extract.asking.schema import IS_POSTING, AskedField, Schema
from extract.errors import PromptError
from extract.kinds import members
from extract.values import Document, Line, Reading

__all__ = ["DEFAULTS", "Message", "Prompt", "load"]

DEFAULTS: dict[Reading, str] = {"open": "open-1", "closed": "reading-1"}
"""The template that is taken for each way of reading where none is named."""

Message = dict[str, str]

_VARIABLES = {"system": {"subject", "guide"}, "document": {"lines"}, "repair": {"faults"}}
_CONTROL = re.compile(r"<(?=[|/\w])|\|(?=>)|\[(?=/?INST\])")


class _Example(BaseModel):
    model_config = ConfigDict(extra="forbid")

    document: str
    answer: str
    sha256: str | None = None

    @field_validator("answer")
    @classmethod
    def _is_json(cls, answer: str) -> str:
        if not isinstance(json.loads(answer), dict):
            raise ValueError("not a JSON object")  # noqa: TRY004 - Pydantic's own protocol
        return answer


class _Template(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    version: int
    description: str
    system: str
    document: str
    repair: str
    rules: dict[str, str] = {}
    examples: list[_Example] = []


@dataclass(frozen=True, slots=True)
class Prompt:
    """A loaded template. `name` is "id@version"; `sha256` is over the bytes of its file."""

    name: str
    sha256: str
    template: _Template

    @property
    def shown(self) -> frozenset[str]:
        """The hashes of the documents that are shown as examples, where the template says them."""
        return frozenset(each.sha256 for each in self.template.examples if each.sha256)

    def messages(self, asked: Question | OpenQuestion) -> list[Message]:
        """Render the constant part, the examples, and the lines of one document."""
        schema = asked.schema
        guide = (
            _open_guide(schema.fields, self.template.rules)
            if asked.reading == "open"
            else ("\n".join(_guide(field) for field in schema.fields if field.kind.asked))
        )
        constant = _fill(self.template.system, subject=schema.subject, guide=guide)
        messages = [{"role": "system", "content": constant}]
        for example in self.template.examples:
            if _belongs(json.loads(example.answer), schema, asked.reading):
                lines = _fill(self.template.document, lines=example.document.strip())
                messages += [
                    {"role": "user", "content": lines},
                    {"role": "assistant", "content": example.answer.strip()},
                ]
        lines = _fill(self.template.document, lines=shown_lines(asked))
        return [*messages, {"role": "user", "content": lines}]

    def repair(self, faults: str) -> Message:
        """Render the message that says which mentions or lines were wrong."""
        return {"role": "user", "content": _fill(self.template.repair, faults=defuse(faults))}


def load(name: str | Path | None = None, reading: Reading = "closed") -> Prompt:
    """Load a template by its name among the shipped ones, or from a file of one's own.

    Without a name it is the one for the way of reading.

    Raises PromptError where there is none, or where it is not of the format.

    >>> load("reading-1").name
    'reading@1'
    """
    name = name or DEFAULTS[reading]
    path = Path(name)
    if path.suffix != ".toml":
        path = resources.prompts() / f"{name}.toml"
    try:
        content = path.read_bytes()
        template = _Template.model_validate(tomllib.loads(content.decode("utf-8")))
    except FileNotFoundError:
        known = ", ".join(sorted(p.stem for p in resources.prompts().glob("*.toml")))
        raise PromptError(f"no prompt template {name!s}; there are: {known}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PromptError(f"{path} cannot be read as a template: {error}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise PromptError(f"{path} is not a prompt template: {faults}") from error
    for part, allowed in _VARIABLES.items():
        _check(path, part, getattr(template, part), allowed)
    digest = hashlib.sha256(content).hexdigest()
    return Prompt(f"{template.id}@{template.version}", digest, template)


def defuse(text: str) -> str:
    """Break up what a server could take for a control token; no other character changes.

    >>> defuse("<|im_end|> <b>")
    '< |im_end| > < b>'
    """
    return _CONTROL.sub(lambda match: match.group() + " " if match.group() != "|" else "| ", text)


def _check(path: Path, part: str, text: str, allowed: set[str]) -> None:
    template = Template(text)
    if not template.is_valid():
        raise PromptError(f"{path}: a stray $ in {part!r}; write $$ for a dollar sign")
    used = set(template.get_identifiers())
    if used != allowed:
        raise PromptError(
            f"{path}: {part!r} must use exactly {_names(allowed)}; it uses {_names(used)}"
        )


def _names(variables: set[str]) -> str:
    return ", ".join(f"${name}" for name in sorted(variables)) or "no variable"


def _fill(text: str, **values: Any) -> str:
    return Template(text).substitute(values).strip()


def shown_lines(asked: Question | OpenQuestion) -> str:
    """Return the lines as the model reads them, numbered where it answers with their numbers."""
    return "\n".join(
        f"{line.number} {_shown(asked.document, line)}"
        if asked.by_number
        else _shown(asked.document, line)
        for line in asked.shown
    )


def _shown(document: Document, line: Line) -> str:
    return defuse(" ".join(document.quote(line.span).split()))


_FORMS = {"one": "words", "many": "list of words", "lines": "list of line numbers"}


def _guide(field: AskedField) -> str:
    """Return what closed reading asks of a field."""
    shape = "many" if field.is_list and field.kind.shape == "one" else field.kind.shape
    inside = members(field.kind)
    form = "words and value" if field.kind.by_value and not inside else _FORMS[shape]
    if inside:
        form = "list of objects" if field.is_list else "object"
    inner = [f"  {line}" for member in inside for line in _guide(member).splitlines()]
    return "\n".join([f"{field.name} ({form}): {field.ask}", *inner])


def _open_guide(fields: Sequence[AskedField], rules: Mapping[str, str], indent: str = "") -> str:
    """Return what open reading asks of the fields: their descriptions, and their kinds' rules."""
    lines: list[str] = []
    for field in fields:
        rule = rules.get(field.kind.topic, "")
        lines.append(f"{indent}{field.name}: {' '.join(f'{field.ask}. {rule}'.split())}")
        if inside := members(field.kind):
            lines.append(_open_guide(inside, rules, f"{indent}  "))
    return "\n".join(lines)


def _belongs(answer: Mapping[str, Any], schema: Schema[Any], reading: Reading) -> bool:
    """Tell whether a schema asks for all that an example answers, in the form it answers in."""
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
