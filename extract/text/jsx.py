"""Read the source of a page that a program builds: JSX, and the data of a JavaScript module.

What an element of JSX (https://facebook.github.io/jsx/) shows is written as HTML: its text, its
strings, and each item of a list that is mapped. Lists and objects of the module that hold sentences
and are shown nowhere are returned as values, like those of a JSON feed. Nothing is run: tree-sitter
parses, and only literals and the names bound to them are followed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extract.late import late
from extract.text.jsx_elements import ELEMENTS, Elements
from extract.text.jsx_literals import MASKED, bound_names, outermost

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter
    import tree_sitter_typescript
    from tree_sitter import Node
else:
    tree_sitter = late("tree_sitter")
    tree_sitter_typescript = late("tree_sitter_typescript")

__all__ = ["Module", "module"]

_BEGINS = re.compile(
    r"\s*+(?:(?://[^\n]*+|/\*.*?\*/)\s*+)*+(?:['\"]use \w+['\"]|import\b[^;]{0,2000}?['\"]|export\b"
    r"|(?:const|let|var|function|class|interface|type)\s+[\w${\[]|module\.exports\b)",
    re.DOTALL,
)
_LONGEST = 1_000_000
_STATEMENTS = frozenset({
    "import_statement", "export_statement", "lexical_declaration", "variable_declaration",
    "function_declaration", "class_declaration", "interface_declaration", "type_alias_declaration",
    "enum_declaration", "comment", "empty_statement",
})  # fmt: skip
_EXPRESSIONS = frozenset({"string", "assignment_expression", "call_expression"})
_AMPERSAND = re.compile(r"(?<!&)&(?!&|#\d|#x|\w{1,31};)")
_SENTENCE = re.compile(r"\w\W+\w+\W+\w")


@dataclass(frozen=True, slots=True)
class Module:
    """What a module holds to read: `html`, its elements, and `values`, its other data by name."""

    html: str
    values: dict[str, Any]


def module(text: str) -> Module | None:
    """Return what `text` holds if it is the source of a module with something to read, else None.

    >>> module("import React from 'react'; export default () => <h1>{'Cook'}</h1>").html
    '<h1>Cook</h1>'
    >>> module("export const cook = {title: 'Cook', about: 'You cook for us.', pay};").values
    {'cook': {'title': 'Cook', 'about': 'You cook for us.'}}
    >>> module("Cook wanted") is None
    True
    """
    if len(text) > _LONGEST or _BEGINS.match(text) is None:
        return None
    # The grammar knows no "&" between tags but in a character reference
    # (https://github.com/tree-sitter/tree-sitter-typescript/issues/366).
    source = _AMPERSAND.sub(MASKED, text).encode("utf-8", "replace")
    grammar = tree_sitter.Language(tree_sitter_typescript.language_tsx())
    root = tree_sitter.Parser(grammar).parse(source).root_node
    if sum(_length(child) for child in root.children if _is_statement(child)) < len(source) / 2:
        return None
    names = dict(bound_names(root))
    elements = Elements(source, names)
    html = "\n".join(elements.shown(node, {}) for node in outermost(root, ELEMENTS))
    seen = _letters(html)
    values = {
        name: value
        for name, value in names.items()
        if not isinstance(value, str)
        and any(_letters(sentence) not in seen for sentence in _sentences(value))
    }
    return Module(html, values) if values or seen else None


def _is_statement(node: Node) -> bool:
    inner = node.named_children[0].type if node.named_children else ""
    return node.type in _STATEMENTS or (
        node.type == "expression_statement" and inner in _EXPRESSIONS
    )


def _length(node: Node) -> int:
    return node.end_byte - node.start_byte


def _letters(html: str) -> str:
    return re.sub(r"<[^<>]*+>|&\w++;|\W+", "", html)


def _sentences(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if _SENTENCE.search(value):
            yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _sentences(inner)
