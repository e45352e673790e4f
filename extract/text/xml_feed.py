"""Read XML feeds: the name and the text of each element that has text.

It is a scan by one expression and not a parser, because feeds are often not well-formed: of
"R&D", "Caf&eacute;", "pay < 5" and a second root, lxml in recovery loses words
(`docs/decisions/0005-libraries.md`). Entities of the document's own are never expanded.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from extract.lexicon import words
from extract.text.json_feed import RULE, may_be_posting, normal_key
from extract.text.markup import is_html

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["is_xml", "xml_lines"]

_XML = re.compile(
    r"\s*(?:<\?xml\b|<(?:rss|feed|source|jobs?|job-?postings?|positions?)\b[^<>]*>)", re.IGNORECASE
)
_XML_PART = re.compile(r"<!\[CDATA\[|<(/?)([A-Za-z_][\w:.-]*)[^<>]*>|<[!?][^<>]*>")
# Markup that wraps data and is no page: an element of another name, closed at the very end.
_WRAPPED = re.compile(r"\s*<([A-Za-z_][\w:.]*)(?:\s[^<>]*)?>\s*<([A-Za-z_][\w:.]*)")
_WORD_EDGE = re.compile(r"(?<=[a-z])(?=[A-Z])|[_.-]+")
_CHILD = re.compile(r"\s*<[A-Za-z_]")
_NEAR = 6
"""How deep inside a posting's element its title may stand."""
_FEW = 2
_PAGE = re.compile(r"<(?:!doctype\s+html|html|body)[\s>]", re.IGNORECASE)


def is_xml(text: str) -> bool:
    """Tell whether `text` is an XML document that is not XHTML.

    >>> is_xml('<?xml version="1.0"?><job><title>Cook</title></job>')
    True
    """
    return (_XML.match(text) is not None or _is_wrapped(text)) and _PAGE.search(text[:2000]) is None


def _is_wrapped(text: str) -> bool:
    found = _WRAPPED.match(text)
    if found is None or not text.rstrip().endswith(f"</{found[1]}>"):
        return False
    return not any(is_html(f"<{name}></{name}>") for name in found.groups())


def xml_lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each element of an XML document that has text.

    If several elements of one name are postings, a rule and the name stand before each, without
    text. The nesting need not be valid. Names lose their prefix; text keeps its own markup.

    >>> list(xml_lines("<job><t>Cook</t><d><![CDATA[<p>Grill</p>]]></d></job>"))
    [('t', 'Cook'), ('d', '<p>Grill</p>')]
    """
    several = _several(text)
    at, name, data = 0, "", ""
    while (part := _XML_PART.search(text, at)) is not None:
        data += unescape(text[at : part.start()])
        at = part.end()
        if part[0] == "<![CDATA[":
            closed = text.find("]]>", at)
            closed = len(text) if closed < 0 else closed
            data, at = data + text[at:closed], closed + 3
        elif part[2]:
            if data.strip():
                yield name, data.strip()
            name, data = ("" if part[1] else _local(part[2])), ""
            if name in several and _CHILD.match(text, at):
                yield "", RULE
                yield name, ""
    data += unescape(text[at:])
    if data.strip():
        yield name, data.strip()


def _several(text: str) -> frozenset[str]:
    """Return the names of elements that are postings, if there is more than one.

    Either their name says so, or they are neighbours and each has a title.
    """
    parents = list(_parents(text))
    counts = Counter(element.name for element in parents)
    records = words("roles", "record")
    named = {
        name
        for name, count in counts.items()
        if count >= _FEW and _WORD_EDGE.sub(" ", name).casefold() in records
    }
    return frozenset(named or _repeated(parents))


@dataclass(slots=True)
class _Parent:
    """An element with others in it: its name, depth and parent, and the names inside it."""

    name: str
    depth: int
    parent: int
    inside: set[str]


def _parents(text: str) -> Iterator[_Parent]:
    """Yield the elements that contain others, in order; ends without a start are ignored.

    The names inside an element are complete when the last one has been yielded.
    """
    stack: list[tuple[int, _Parent]] = []
    open_names: Counter[str] = Counter()
    number = 0
    for part in _XML_PART.finditer(text):
        if not part[2] or part[0].endswith("/>"):
            continue
        name = _local(part[2])
        if part[1]:
            while open_names[name]:
                ended = stack.pop()[1].name
                open_names[ended] -= 1
                if ended == name:
                    break
            continue
        for _, above in stack[-_NEAR:]:
            above.inside.add(normal_key(name))
        if _CHILD.match(text, part.end()):
            number += 1
            element = _Parent(name, len(stack), stack[-1][0] if stack else 0, set())
            yield element
            stack.append((number, element))
            open_names[name] += 1


def _repeated(parents: Sequence[_Parent]) -> set[str]:
    """Return the outermost name that several neighbours have, each with a title inside."""
    neighbours: dict[tuple[int, str], list[_Parent]] = defaultdict(list)
    for element in parents:
        neighbours[element.parent, element.name].append(element)
    for alike in sorted(neighbours.values(), key=lambda alike: alike[0].depth):
        if len(alike) >= _FEW and all(may_be_posting(one.inside) for one in alike):
            return {alike[0].name}
    return set()


def _local(name: str) -> str:
    return name.rpartition(":")[2]
