"""Prompt templates: data with a version and a content hash, filled in one pass.

A template is a TOML file with `id`, `version`, `description` and the texts `system` (constant for
a schema: variables `subject` and `guide`), `document` (`lines`) and `repair` (`faults`), and any
number of `[[examples]]` with `schema`, `document` and `answer`. Variables are written `$name` and
filled by `string.Template`, once: what is filled in is never looked at again, so nothing that
stands in a posting is taken for template syntax. Control tokens of chat formats are broken up,
because a server would otherwise read `<|im_end|>` in a posting as the end of the message.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from extract import resources
from extract.errors import PromptError
from extract.reading import Question
from extract.schema import Asked
from extract.values import Document, Line

__all__ = ["DEFAULT", "Message", "Prompt", "load"]

DEFAULT = "reading-1"

Message = dict[str, str]

_VARIABLES = {"system": {"subject", "guide"}, "document": {"lines"}, "repair": {"faults"}}
_CONTROL = re.compile(r"<(?=[|/\w])|\|(?=>)|\[(?=/?INST\])")


class _Example(BaseModel):
    model_config = ConfigDict(extra="forbid")

    schema_name: Annotated[str, Field(alias="schema")]
    document: str
    answer: str


class _Template(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    version: int
    description: str
    system: str
    document: str
    repair: str
    examples: list[_Example] = []


@dataclass(frozen=True, slots=True)
class Prompt:
    """A loaded template. `name` is "id@version"; `sha256` is over the bytes of its file."""

    name: str
    sha256: str
    template: _Template

    def messages(self, asked: Question, *, candidates: bool) -> list[Message]:
        """Render the constant part, the examples, and the lines of one document.

        With `candidates` the options are told in words, for a model not constrained to them.
        """
        schema = asked.schema
        guide = "\n".join(_guide(field) for field in schema.fields if field.kind.asked)
        constant = _fill(self.template.system, subject=schema.subject, guide=guide)
        messages = [{"role": "system", "content": constant}]
        for example in self.template.examples:
            if example.schema_name == schema.model.__name__:
                lines = _fill(self.template.document, lines=example.document.strip())
                messages += [
                    {"role": "user", "content": lines},
                    {"role": "assistant", "content": example.answer.strip()},
                ]
        lines = shown_lines(asked)
        if candidates:
            lines += "\n\n" + _candidates(asked)
        return [*messages, {"role": "user", "content": _fill(self.template.document, lines=lines)}]

    def repair(self, faults: str) -> Message:
        """Render the message that says which mentions or lines were wrong."""
        return {"role": "user", "content": _fill(self.template.repair, faults=defuse(faults))}


def load(name: str | Path = DEFAULT) -> Prompt:
    """Load a template by its name among the shipped ones, or from a file of one's own.

    Raises PromptError where there is none, or where it is not of the format.

    >>> load("reading-1").name
    'reading@1'
    """
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


def shown_lines(asked: Question) -> str:
    """Return the lines as the model reads them, numbered where it answers with their numbers."""
    return "\n".join(
        f"{line.number} {_shown(asked.document, line)}"
        if asked.by_number
        else _shown(asked.document, line)
        for line in asked.shown
    )


def _candidates(asked: Question) -> str:
    told = [
        f"{name}: {' | '.join(option.words for option in options)}"
        for name, options in asked.options.items()
        if options
    ]
    return defuse("\n".join(["Choose from:", *told])) if told else ""


def _shown(document: Document, line: Line) -> str:
    return defuse(" ".join(document.quote(line.span).split()))


_FORMS = {"one": "words", "many": "list of words", "lines": "list of line numbers"}


def _guide(field: Asked) -> str:
    return f"{field.name} ({_FORMS[field.kind.shape]}): {field.ask}"
