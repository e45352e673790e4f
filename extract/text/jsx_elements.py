"""Write the elements of a parsed JSX page as HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape, unescape
from typing import TYPE_CHECKING, Any

from extract.text.jsx_literals import (
    DEEPEST,
    UNKNOWN,
    literal,
    outermost,
    plain,
    spelled,
    unwrapped,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

__all__ = ["ELEMENTS", "Elements"]

ELEMENTS = frozenset({"jsx_element", "jsx_self_closing_element"})
"""The kinds of nodes that are elements."""

_SHOWN = frozenset({*ELEMENTS, "jsx_expression"})
_FUNCTIONS = frozenset({"arrow_function", "function_expression"})
# https://html.spec.whatwg.org/multipage/syntax.html#void-elements
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
})  # fmt: skip
_NOT_SHOWN = re.compile(
    r"class|style|src|href|url|^(?:alt|to|id|key|ref|d|as|sx|rel|type|variant)$|^aria|^data-|^on[A-Z]",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_].*\s|[^\W\d_a-z]")
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_HEADING = re.compile(r"h[1-6]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MOST_REPEATED = 1_000_000
_ONE_ITEM = 50


@dataclass(slots=True)
class Elements:
    """Writes elements as HTML; `names` are the literals that the module binds.

    A module can repeat its own words without end (lists mapped within lists, one long name
    shown again and again), so nothing is shown after a million repeated characters.
    """

    source: bytes
    names: Mapping[str, Any]
    _repeated: int = field(default=0, init=False)

    def shown(self, node: Node, given: Mapping[str, Any], depth: int = 0) -> str:
        """Return what an expression shows; `given` are the names that mapped functions bind."""
        node = unwrapped(node)
        if depth > DEEPEST or self._repeated > _MOST_REPEATED:
            return ""
        if node.type in ELEMENTS:
            return self._element(node, given, depth + 1)
        if node.type == "call_expression":
            return self._called(node, given, depth + 1)
        if node.type in ("array", "object"):
            return self._listed(node, given, depth + 1)
        between = ""
        if node.type == "jsx_expression":
            sides = [child for child in node.named_children if child.type != "comment"]
        elif node.type == "ternary_expression":
            sides, between = node.named_children[1:], " "
        elif node.type == "binary_expression":
            sides = node.named_children[node.children[1].type == "&&" :]
        else:
            words = _written(self._value(node, given))
            self._repeated += len(words)
            return words
        return between.join(self.shown(side, given, depth + 1) for side in sides)

    def _value(self, node: Node, given: Mapping[str, Any]) -> Any:
        if node.type == "identifier":
            name = spelled(node)
            return given.get(name, self.names.get(name, UNKNOWN))
        if node.type == "member_expression":
            owner = node.child_by_field_name("object")
            value = UNKNOWN if owner is None else self._value(owner, given)
            return _member(value, spelled(node.child_by_field_name("property")))
        return literal(node)

    def _called(self, call: Node, given: Mapping[str, Any], depth: int) -> str:
        """Return what `list.map(item => …)` shows for each item, and another call once."""
        called, arguments = (call.child_by_field_name(part) for part in ("function", "arguments"))
        mapper = arguments.named_children[0] if arguments and arguments.named_children else None
        body = mapper.child_by_field_name("body") if mapper is not None else None
        if called is None or mapper is None or body is None or mapper.type not in _FUNCTIONS:
            return ""
        owner = called.child_by_field_name("object")
        items = UNKNOWN if owner is None else self._value(owner, given)
        if not isinstance(items, list):
            items = [UNKNOWN]
        parts = list(outermost(body, ELEMENTS)) if body.type == "statement_block" else [body]
        shown = list[str]()
        for item in items:
            self._repeated += _ONE_ITEM + len(body.text or b"")
            if self._repeated > _MOST_REPEATED:
                break
            named = {**given, **_arguments(mapper, item)}
            shown.extend(self.shown(part, named, depth) for part in parts)
        return "\n".join(shown)

    def _element(self, node: Node, given: Mapping[str, Any], depth: int) -> str:
        opening = node if node.type == "jsx_self_closing_element" else node.children[0]
        tag = spelled(opening.child_by_field_name("name"))
        attributes = list(_attributes(opening))
        inner = "" if opening is node else self._inner(node, given, depth)
        if not tag:
            return inner
        if tag[0].islower():
            stated = "".join(_stated(name, value) for name, value in attributes)
            inner += "".join(_raw(value) for name, value in attributes if name.startswith("danger"))
            return f"<{tag}{stated}>{inner}" + ("" if tag in _VOID else f"</{tag}>")
        props = "".join(
            self._prop(value, given, depth)
            for name, value in attributes
            if value is not None and not _NOT_SHOWN.search(name)
        )
        named = {spelled(value).strip("'\"") for _, value in attributes if value is not None}
        kind = next(filter(_HEADING.fullmatch, named), "span" if _in_a_line(node) else "div")
        return f"{props}<{kind}>{inner}</{kind}>" if inner.strip() else props

    def _inner(self, node: Node, given: Mapping[str, Any], depth: int) -> str:
        """Return what stands between the tags: text is HTML as it is, wrong or not."""
        parts, at = list[str](), node.children[0].end_byte
        for child in (*(child for child in node.children[1:-1] if child.type in _SHOWN), None):
            end = child.start_byte if child is not None else node.children[-1].start_byte
            parts.append(_EMPTY_LINE.sub("<br>", plain(self.source[at:end])))
            if child is not None:
                parts.append(self.shown(child, given, depth))
                at = child.end_byte
        return "".join(parts)

    def _listed(self, node: Node, given: Mapping[str, Any], depth: int) -> str:
        """Return what a list or an object in the page shows, each item and value a line."""
        parts = list[str]()
        for child in node.named_children:
            value = child.child_by_field_name("value") if child.type == "pair" else child
            key = spelled(child.child_by_field_name("key")) if child.type == "pair" else ""
            if value is not None and not _NOT_SHOWN.search(key):
                parts.append(f"<div>{self.shown(value, given, depth)}</div>")
        return "".join(parts)

    def _prop(self, node: Node, given: Mapping[str, Any], depth: int) -> str:
        """Return the words that a component is given, which it probably shows."""
        is_string = node.type == "string"
        html = _written(_attribute(node)) if is_string else self.shown(node, given, depth)
        return f"<div>{html}</div>" if _WORDS.match(html) or "<" in html else ""


def _member(value: Any, name: str) -> Any:
    return value.get(name, UNKNOWN) if isinstance(value, dict) else UNKNOWN


def _arguments(function: Node, item: Any) -> dict[str, Any]:
    """Return the names that the first parameter of a function binds if it is given `item`."""
    pattern = function.child_by_field_name("parameter")
    if pattern is None:
        parameters = function.child_by_field_name("parameters")
        first = next(iter(parameters.named_children), None) if parameters is not None else None
        pattern = first.child_by_field_name("pattern") if first is not None else None
    if pattern is None:
        return {}
    if pattern.type == "identifier":
        return {spelled(pattern): item}
    named = [(part.child_by_field_name("key") or part, part) for part in pattern.named_children]
    return {
        spelled(part.child_by_field_name("value") or part): _member(item, spelled(key))
        for key, part in named
    }


def _attributes(opening: Node) -> Iterator[tuple[str, Node | None]]:
    for child in opening.named_children:
        if child.type == "jsx_attribute":
            name, *value = child.named_children
            yield spelled(name), value[0] if value else None


def _stated(name: str, node: Node | None) -> str:
    """Return an attribute of an HTML element as HTML has it."""
    value = True if node is None else _attribute(node)
    if name == "style" and isinstance(value, dict):
        value = ";".join(f"{_CAMEL.sub('-', key).lower()}:{words}" for key, words in value.items())
    if value is True:
        value = "true"
    if not isinstance(value, str):
        return ""
    return f' {"class" if name == "className" else name}="{escape(value)}"'


def _attribute(node: Node) -> Any:
    if node.type == "string":
        return unescape(spelled(node)[1:-1])
    return literal(node.named_children[0]) if node.named_children else UNKNOWN


def _raw(node: Node | None) -> str:
    """Return the HTML of `dangerouslySetInnerHTML={{__html: "…"}}`."""
    html = _member(_attribute(node), "__html") if node is not None else UNKNOWN
    return html if isinstance(html, str) else ""


def _written(value: Any) -> str:
    if isinstance(value, list):
        return "".join(f"<div>{_written(item)}</div>" for item in value)
    return escape(value, quote=False) if isinstance(value, str) else ""


def _in_a_line(element: Node) -> bool:
    """Tell whether words stand beside an element."""
    beside = element.parent.children if element.parent is not None else []
    return any(node.type == "jsx_text" and spelled(node).strip() for node in beside)
