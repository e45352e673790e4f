"""Prompt templates: TOML files with a version and a content hash.

A template has `id`, `version`, `description` and three texts with variables: `system` (`subject`,
`guide`; constant for a schema), `document` (`lines`) and `repair` (`faults`). Variables are written
`$name`. `[rules]` say what each kind of field asks in open reading. `[fields]` replace descriptions
of a schema's fields, by their paths. `[[examples]]` have `document` and `answer`, and `sha256` if
the document is a case of a dataset, which is then not evaluated with this template. An example is
used for every schema that asks all the fields it answers, in the form in which it answers them.
`[evidence]` is for people: how the template was made, and how good it was. It is never sent.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path
from string import Template
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from extract import resources
from extract.errors import PromptError
from extract.values import Reading

__all__ = ["DEFAULTS", "PromptExample", "PromptTemplate", "read_template", "template_path"]

DEFAULTS: dict[Reading, str] = {"open": "open-1", "closed": "reading-1"}
"""The default template of each way of reading."""

_VARIABLES = {"system": {"subject", "guide"}, "document": {"lines"}, "repair": {"faults"}}


class PromptExample(BaseModel):
    """A worked document: its lines, the answer as JSON, and its hash if it is a labelled case."""

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


class PromptTemplate(BaseModel):
    """The content of a template file."""

    model_config = ConfigDict(extra="forbid")

    id: str
    version: int
    description: str
    system: str
    document: str
    repair: str
    rules: dict[str, str] = {}
    fields: dict[str, str] = {}
    examples: list[PromptExample] = []
    evidence: dict[str, Any] = {}


def template_path(name: str | Path) -> Path:
    """Return the file of a shipped template by its name, or a path that ends in .toml as it is."""
    path = Path(name)
    return path if path.suffix == ".toml" else resources.prompts() / f"{name}.toml"


def read_template(name: str | Path) -> tuple[PromptTemplate, str]:
    """Return a template and the SHA-256 of its file. Raises PromptError if it cannot be used."""
    path = template_path(name)
    try:
        content = path.read_bytes()
        template = PromptTemplate.model_validate(tomllib.loads(content.decode("utf-8")))
    except FileNotFoundError:
        known = ", ".join(sorted(p.stem for p in resources.prompts().glob("*.toml")))
        raise PromptError(
            f"no prompt template {name!s}; shipped are {known}, or give the path of a .toml file"
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PromptError(f"{path}: cannot be read as a prompt template: {error}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise PromptError(f"{path}: not a valid prompt template: {faults}") from error
    for part, allowed in _VARIABLES.items():
        _check(path, part, getattr(template, part), allowed)
    return template, hashlib.sha256(content).hexdigest()


def _check(path: Path, part: str, text: str, allowed: set[str]) -> None:
    template = Template(text)
    if not template.is_valid():
        raise PromptError(f"{path}: stray $ in {part!r}; write $$ for a dollar sign")
    used = set(template.get_identifiers())
    if used != allowed:
        raise PromptError(
            f"{path}: {part!r} must use exactly {_names(allowed)}; it uses {_names(used)}"
        )


def _names(variables: set[str]) -> str:
    return ", ".join(f"${name}" for name in sorted(variables)) or "no variable"
