"""Change a template: the text of its file with other examples or wordings, comments kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tomlkit

from evals.data.prompt_examples import Example
from extract.asking.prompt_file import read_template, template_path

__all__ = ["EXAMPLES", "TemplateChange", "changed_template", "text_of"]

EXAMPLES = "examples"


@dataclass(frozen=True, slots=True)
class TemplateChange:
    """One change: another wording of a field or rule, or other examples.

    `target` is what it replaces: "fields.PATH", "rules.KIND" or "examples". `source` says where it
    comes from. `seen` are the origins of the documents that it was made from, on which it is never
    scored.
    """

    target: str
    source: str
    wording: str = ""
    examples: tuple[Example, ...] = ()
    seen: frozenset[str] = frozenset()

    def __str__(self) -> str:
        if self.target == EXAMPLES:
            return f"examples: {', '.join(each.id for each in self.examples)}"
        return f"{self.target}: {self.wording}"


def text_of(name: str) -> str:
    """Return the text of a template. Raises PromptError if the template cannot be used."""
    read_template(name)
    return template_path(name).read_text("utf-8")


def changed_template(
    base: str,
    id: str,  # noqa: A002 - its own key
    changes: Sequence[TemplateChange],
    evidence: Mapping[str, Any] | None = None,
) -> str:
    """Return the text of a template under another id, with changes.

    The evidence of the template that is changed does not hold any more, and is left out.
    """
    document = tomlkit.parse(base)
    document["id"] = id
    document.pop("evidence", None)
    for change in changes:
        if change.target == EXAMPLES:
            document.pop(EXAMPLES, None)
            listed = tomlkit.aot()
            for each in change.examples:
                listed.append(_example(each))
            document.append(EXAMPLES, listed)
            continue
        table, _, path = change.target.partition(".")
        if table not in document:
            document.append(table, tomlkit.table())
        document[table][path] = change.wording
    if evidence is not None:
        document.append("evidence", tomlkit.item(dict(evidence)))
    return tomlkit.dumps(document)


def _example(example: Example) -> tomlkit.items.Table:
    table = tomlkit.table()
    table["sha256"] = example.sha256
    for name, text in (("document", example.lines), ("answer", example.answer)):
        # As a person writes it: the text begins on a line of its own.
        quoted = tomlkit.string(f"{text}\n", multiline=True).as_string()
        table[name] = tomlkit.value(f'"""\n{quoted[3:]}')
    return table
