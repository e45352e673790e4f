"""Wordings to try, from a file of the user: `[fields]` and `[rules]` with lists of sentences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.data.template_change import TemplateChange
from extract.asking.prompt import defuse, field_paths
from extract.asking.prompt_file import PromptTemplate
from extract.asking.schema import Schema
from extract.errors import InputError
from extract.terminal import clean
from extract.toml_file import load_toml
from extract.values import Reading

__all__ = ["LONGEST", "asked_wordings", "one_line", "wordings_of"]

LONGEST = 300
"""Characters of a wording at most: it is sent with every question."""

_TABLES = ("fields", "rules")


def wordings_of(
    path: Path, schema: Schema[Any], template: PromptTemplate, reading: Reading
) -> Iterator[TemplateChange]:
    """Yield the changes that a file of wordings stands for, those that change nothing left out.

    Raises InputError for a file that cannot be read, a field that is not asked, a rule that no
    field of the schema has, and a wording that is empty or too long.
    """
    topics = {field.kind.topic for _, field in field_paths(schema.fields)}
    present = {
        "fields": asked_wordings(template, schema, reading),
        "rules": {topic: rule for topic, rule in template.rules.items() if topic in topics},
    }
    for table, entries in _read(path).items():
        if table == "rules" and reading == "closed":
            raise InputError(f"{path}: [rules] are for open reading; word [fields] instead")
        for name, wordings in entries.items():
            if name not in present[table]:
                known = ", ".join(present[table])
                raise InputError(f"{path}: [{table}] has no {name!r}; there are {known}")
            for wording in dict.fromkeys(_sentences(path, f"{table}.{name}", wordings)):
                if wording != present[table][name]:
                    yield TemplateChange(f"{table}.{name}", path.name, wording)


def asked_wordings(
    template: PromptTemplate, schema: Schema[Any], reading: Reading
) -> dict[str, str]:
    """Return the description with which a template asks for each field, by its path."""
    return {
        path: template.fields.get(path, field.ask)
        for path, field in field_paths(schema.fields)
        if reading == "open" or field.kind.asked
    }


def one_line(text: str) -> str:
    """Return a wording as it can stand in a prompt: one line, without control tokens."""
    return defuse(clean(text))


def _read(path: Path) -> dict[str, dict[str, Any]]:
    content = load_toml(path)
    for table, entries in content.items():
        if table not in _TABLES or not isinstance(entries, dict):
            raise InputError(
                f"{path}: {table!r} is not known; a file of wordings has [fields] and [rules]"
            )
    return content


def _sentences(path: Path, where: str, wordings: Any) -> Iterator[str]:
    listed = [wordings] if isinstance(wordings, str) else wordings
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise InputError(f"{path}: {where} must be a list of sentences")
    for each in map(one_line, listed):
        if not each or len(each) > LONGEST:
            raise InputError(
                f"{path}: {where}: a wording must have 1 to {LONGEST} characters: {each[:40]!r}"
            )
        yield each
