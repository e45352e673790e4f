"""Return the values of the literals in a parsed JavaScript or TypeScript module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from extract.text.literal import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node

__all__ = [
    "DEEPEST", "MASKED", "UNKNOWN", "bound_names", "literal", "outermost", "plain", "spelled",
    "unwrapped",
]  # fmt: skip

UNKNOWN = object()
"""Stands for what only running the program could tell."""
DEEPEST = 200
"""What nests deeper is left out: a person wrote none of it."""

MASKED = "|\u2060"
"""Stands for "&" in a source: in code an operator and a space, in text and strings two letters."""

_WRAPPERS = frozenset({
    "parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression",
})  # fmt: skip
_BINDINGS = frozenset({"variable_declarator", "export_statement", "assignment_expression"})


def outermost(node: Node, kinds: frozenset[str]) -> Iterator[Node]:
    """Yield the nodes of some kinds that stand in no other of them, in the order of the text."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node.type in kinds:
            yield node
        else:
            waiting += reversed(node.named_children)


def spelled(node: Node | None) -> str:
    """Return the source of a node."""
    return plain(node.text or b"") if node is not None else ""


def plain(source: bytes) -> str:
    """Return a part of a source as its author wrote it."""
    return source.decode().replace(MASKED, "&")


def unwrapped(node: Node) -> Node:
    """Return the expression in parentheses, or before a type."""
    while node.type in _WRAPPERS and node.named_children:
        node = node.named_children[0]
    return node


def literal(node: Node, depth: int = 0) -> Any:
    """Return the value of a literal, or `UNKNOWN`; what is unknown in one is left out of it."""
    node = unwrapped(node)
    if depth > DEEPEST:
        return UNKNOWN
    read = _READ.get(node.type)
    return UNKNOWN if read is None else read(node, depth + 1)


def _array(node: Node, depth: int) -> list[Any]:
    items = (literal(child, depth) for child in node.named_children)
    return [item for item in items if item is not UNKNOWN]


def _object(node: Node, depth: int) -> dict[str, Any]:
    pairs = (_pair(child, depth) for child in node.named_children if child.type == "pair")
    return {key: value for key, value in pairs if value is not UNKNOWN}


def _pair(pair: Node, depth: int) -> tuple[str, Any]:
    key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
    if key is None or value is None:
        return "", UNKNOWN
    return _string(key, depth) if key.type == "string" else spelled(key), literal(value, depth)


def _joined(node: Node, depth: int) -> Any:
    sides = [literal(child, depth) for child in node.named_children]
    joins = node.children[1].type == "+" and all(isinstance(side, str) for side in sides)
    return "".join(sides) if joins else UNKNOWN


def _string(node: Node, _depth: int) -> str:
    """Return the characters of a string; what a template inserts is left out."""
    inserted = "template_substitution"
    words = "".join(spelled(child) for child in node.children if child.type != inserted)
    read = parse(f"[{words}]")
    return str(read[0]) if isinstance(read, list) and read else ""


_READ: dict[str, Callable[[Node, int], Any]] = {
    "string": _string,
    "template_string": _string,
    "number": lambda node, _: spelled(node),
    "true": lambda *_: True,
    "false": lambda *_: False,
    "null": lambda *_: None,
    "array": _array,
    "object": _object,
    "binary_expression": _joined,
}


def bound_names(root: Node) -> Iterator[tuple[str, Any]]:
    """Yield each name that is bound to a literal, with its value.

    What a module exports without a name is bound to `default`.
    """
    waiting = list(outermost(root, _BINDINGS))
    for node in waiting:
        name = node.child_by_field_name("name") or node.child_by_field_name("left")
        bound = node.child_by_field_name("value") or node.child_by_field_name("right")
        value = UNKNOWN if bound is None else literal(bound)
        if value is not UNKNOWN:
            yield spelled(name) if name is not None else "default", value
        else:
            waiting += (one for part in node.named_children for one in outermost(part, _BINDINGS))
