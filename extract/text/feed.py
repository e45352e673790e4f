"""XML feeds and answers: each element that holds data, with its name.

A tolerant scan, not a parser: feeds are often not well-formed, and entities are never expanded.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["is_xml", "xml_lines"]

_XML = re.compile(
    r"\s*(?:<\?xml\b|<(?:rss|feed|source|jobs?|job-?postings?|positions?)\b[^<>]*>)", re.IGNORECASE
)
_XML_PART = re.compile(r"<!\[CDATA\[|<(/?)([A-Za-z_][\w:.-]*)[^<>]*>|<[!?][^<>]*>")
_PAGE = re.compile(r"<(?:!doctype\s+html|html|body)[\s>]", re.IGNORECASE)


def is_xml(text: str) -> bool:
    """Tell whether `text` is an XML document that is not XHTML.

    >>> is_xml('<?xml version="1.0"?><job><title>Cook</title></job>')
    True
    """
    return _XML.match(text) is not None and _PAGE.search(text[:2000]) is None


def xml_lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the character data of each element of an XML document that holds any.

    Tolerant: it needs no valid nesting. Names lose their prefix; data keeps its own markup.

    >>> list(xml_lines("<job><t>Cook</t><d><![CDATA[<p>Grill</p>]]></d></job>"))
    [('t', 'Cook'), ('d', '<p>Grill</p>')]
    """
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
            name, data = ("" if part[1] else part[2].rpartition(":")[2]), ""
    data += unescape(text[at:])
    if data.strip():
        yield name, data.strip()
