"""Turn HTML, alone or in Markdown, into the words a reader sees: one block a line.

Hidden elements, scripts, styles, templates, comments and struck-out words are dropped; JSON-LD
blocks are returned beside the text. `selectolax` (the lexbor engine) parses; we walk over its tree
ourselves, because only so a table row, a definition or a list item becomes one line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from extract.late import late
from extract.text.php import printed
from extract.text.shadow import unshadowed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from selectolax import lexbor
    from selectolax.lexbor import LexborNode
else:
    lexbor = late("selectolax.lexbor")

__all__ = ["Page", "is_html", "page", "resolved", "without"]


@dataclass(frozen=True, slots=True)
class Page:
    """What a page shows, and its JSON-LD blocks as they are written.

    `shell`: the body shows nothing until a script fills it; `text` is then the title.
    """

    text: str
    blocks: tuple[str, ...] = ()
    shell: bool = False
    scripted: bool = False


_BLOCKS = (
    "address article aside blockquote body br button caption center dd details dialog dir div dl "
    "dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main "
    "menu nav ol optgroup option p pre section select summary table tbody tfoot thead title tr ul"
)
_BLOCK = frozenset(_BLOCKS.split())
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NEVER_SHOWN = (
    "script style noscript template head svg math iframe object embed canvas audio video map "
    "datalist textarea select input noframes frameset -comment !doctype s del strike"
)
_UNSEEN = frozenset(_NEVER_SHOWN.split())
_INLINE = (
    "a abbr b big cite code col del em font head i iframe img input ins kbd label mark meta link "
    "noscript q s script small span strike strong style sub sup svg td template textarea th time u "
    "var"
)
_KNOWN = "|".join(sorted({*_BLOCK, *_INLINE.split()}, key=lambda name: (-len(name), name)))
_TAG = re.compile(rf"<(/?)({_KNOWN})(?=[\s/>])[^<>]*>", re.IGNORECASE)
_NO_TAG = re.compile(rf"<(?!/?(?:(?:{_KNOWN})(?=[\s/>])|[a-z]+[:-][a-z])|!)", re.IGNORECASE)
_END = re.compile(r"</([a-z][\w.]*)\s*>", re.IGNORECASE)
_NAMED = re.compile(r"(?:/|(?<!\w<))([a-z][\w.]*)(?=[\s/>])[^<>]*>", re.IGNORECASE)
_NESTED = re.compile(
    r"<(?!(?:br|hr|img|input|meta|link|li|p|td|tr|th|option|wbr)\b)[a-z]", re.IGNORECASE
)
_DEEPEST = 10_000
_WHOLE = re.compile(r"<(?:!doctype\s+html|html|body)[\s>]", re.IGNORECASE)
_ALONE = frozenset({"br", "hr", "li", "p", "img", "meta", "link", "input", "td", "tr"})
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});")
_BLANK = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0+(?:\.0+)?\s*"
    r"(?:px|pt|em|rem|%)?\s*(?:;|!|$)|opacity\s*:\s*0+(?:\.0+)?\s*(?:;|!|$)"
    r"|text-decoration(?:-line)?\s*:[^;]*line-through)",
    re.IGNORECASE,
)

_WHITE = re.compile(
    r"(?:white|#fff(?:fff)?|rgba?\(\s*255\s*,\s*255\s*,\s*255\b[^)]*\))",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(r"background(?:-color)?\s*:([^;]*)", re.IGNORECASE)
_COLOUR = re.compile(r"(?<![-\w])color\s*:([^;]*)", re.IGNORECASE)


def is_html(text: str) -> bool:
    """Tell whether `text` has a real tag structure, not only angle brackets.

    >>> is_html("<p>Nurse<p>Ward 7"), is_html("I <3 C++ <vector>")
    (True, False)
    """
    if "<" not in text:
        return False
    opened: set[str] = set()
    blocks = 0
    for tag in _TAG.finditer(text):
        name = tag[2].lower()
        if name in _ALONE or (tag[1] and name in opened):
            return True
        if not tag[1]:
            opened.add(name)
            blocks += name in _BLOCK
        if blocks > 1:
            return True
    return _WHOLE.search(text) is not None


def resolved(text: str) -> str:
    """Return `text` with its character references resolved, also those that are escaped twice.

    >>> resolved("Data &amp;amp; AI, R&D &#8364;20")
    'Data & AI, R&D €20'
    """
    for _ in range(2):
        if "&" not in text or _ENTITY.search(text) is None:
            break
        text = _ENTITY.sub(lambda reference: unescape(reference[0]), text)
    return text


def without(text: str, start: str, end: str) -> str:
    """Return `text` without what stands between two marks; an unclosed mark is left.

    >>> without("Cook <%= city %> wanted", "<%", "%>")
    'Cook  wanted'
    """
    if start not in text:
        return text
    kept: list[str] = []
    at = 0
    while (found := text.find(start, at)) >= 0:
        closed = text.find(end, found + len(start))
        if closed < 0:
            break
        kept.append(text[at:found])
        at = closed + len(end)
    kept.append(text[at:])
    return "".join(kept)


def page(html: str) -> Page:
    r"""Return what the page shows: a line for each block, `• ` before list items, `a | b` in rows.

    In a fragment that starts with plain text (Markdown with tags), line breaks keep their meaning.

    >>> page("<h1>Cook</h1><ul><li>Grill<li>Fry</ul><p hidden>Baker</p>").text
    '# Cook\n\n• Grill\n\n• Fry'
    """
    html = unshadowed(printed(without(html, "<%", "%>")))
    loose = _WHOLE.search(html) is None
    if loose:
        html = _without_false_tags(html)
    if html.count("<") > _DEEPEST and len(_NESTED.findall(html)) - html.count("</") > _DEEPEST:
        # The parser's time grows with the square of the depth: only hostile pages get here.
        return Page(_lines(_TAG.sub("\n", html)))
    tree = lexbor.LexborHTMLParser(html)
    blocks = tuple(node.text() for node in tree.css("script[type]") if _is_json_ld(node))
    body = tree.body
    text = _shown(body, kept=loose and not html.lstrip().startswith("<")) if body else ""
    title_node = tree.css_first("head title")
    title = _BLANK.sub(" ", title_node.text()).strip() if title_node else ""
    if title and text and not _holds(text, title):
        text = f"{title}\n{text}"
    script = tree.css_first("script[src], script:not([type]), script[type*=javascript]")
    scripted = script is not None
    return Page(text or title, blocks, scripted and not text, scripted)


def _without_false_tags(html: str) -> str:
    """Escape each "<" that begins no tag. What has an end tag is one: elements of components."""
    ended = {name.lower() for name in _END.findall(html)}

    def written(found: re.Match[str]) -> str:
        name = _NAMED.match(html, found.end())
        return "<" if name is not None and name[1].lower() in ended else "&lt;"

    return _NO_TAG.sub(written, html)


def _is_json_ld(script: LexborNode) -> bool:
    """Tell whether a script holds JSON-LD: a media type in any case, perhaps with parameters."""
    media_type = (script.attributes.get("type") or "").partition(";")[0]
    return media_type.strip().casefold() == "application/ld+json" and bool(script.text())


def _holds(text: str, title: str) -> bool:
    return title.casefold() in _BLANK.sub(" ", text).casefold()


def _shown(root: LexborNode, *, kept: bool) -> str:
    """Walk the tree in reading order, without recursion: hostile pages nest very deeply."""
    parts: list[str] = []
    for node, entering in _steps(root):
        tag = node.tag
        if tag == "-text":
            words = node.text(deep=False)
            parts.append(words if kept or _in_pre(node) else _BLANK.sub(" ", words))
        elif tag in ("td", "th"):
            parts.append(" \x1f" if entering else "")
        elif tag == "li" and entering:
            parts.append("\n• ")
        elif tag in _HEADINGS and entering:
            parts.append("\n\n# ")
        elif tag == "dt" and not entering:
            parts.append(":\x1e")
        elif tag == "dd" and entering:
            parts.append("\x1e")
        elif tag in _BLOCK:
            parts.append("\n\n" if tag == "p" else "\n")
    return _lines("".join(parts))


def _steps(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    node: LexborNode | None = root
    depth = 0
    while node is not None:
        seen = node.tag == "-text" or not _left_out(node)
        if seen:
            yield node, True
        child = node.child if seen and node.tag != "-text" else None
        if child is not None:
            node, depth = child, depth + 1
            continue
        if seen and node.tag != "-text":
            yield node, False
        while node is not None and depth and node.next is None:
            node, depth = node.parent, depth - 1
            if node is not None:
                yield node, False
        node = node.next if node is not None and depth else None


def _left_out(node: LexborNode) -> bool:
    if (node.tag or "") in _UNSEEN:
        return True
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style") or ""
    return _HIDDEN.search(style) is not None or (_is_white(attributes) and not _is_backed(node))


def _is_white(attributes: Mapping[str, str | None]) -> bool:
    """Tell whether an element's own attributes make its text white."""
    colour = _COLOUR.search(attributes.get("style") or "")
    value = colour[1] if colour else attributes.get("color") or ""
    return _WHITE.fullmatch(value.split("!")[0].strip()) is not None


def _is_backed(node: LexborNode) -> bool:
    """Tell whether white text may be visible on the background of an element.

    The nearest background decides. A class may have one: style sheets are not read.
    """
    around: LexborNode | None = node
    while around is not None:
        attributes = around.attributes or {}
        styled = _BACKGROUND.search(attributes.get("style") or "")
        value = styled[1] if styled else attributes.get("bgcolor")
        if value:
            return _WHITE.fullmatch(value.split("!")[0].strip()) is None
        if "class" in attributes and around.tag not in ("body", "html"):
            return True
        around = around.parent
    return False


def _in_pre(node: LexborNode) -> bool:
    parent = node.parent
    return parent is not None and parent.tag == "pre"


_SPACES = re.compile(r" {2,}")
_CELL = re.compile(r" ?\x1f[ \x1f]*")
_GAP = re.compile(r"\n{3,}")
_TERMS = (
    (re.compile(r":?\n{0,2}:\x1e[ \n]{0,2}\x1e\n{0,2}"), ": "),
    # Several short values of one term share its line.
    (re.compile(r"(?<=[^\n:.!?\x1e])\n{1,2}\x1e(?=[^\n\x1e]{1,60}(?:\n|\Z))"), "; "),
    (re.compile(r":?\x1e"), "\n"),
)
_MARKS = (
    (re.compile(r"(?m)^(•|#)\n{1,2}(?=[^\n•#])"), r"\1 "),
    (re.compile(r"(?m)^[•#]$"), ""),
)


def _lines(text: str) -> str:
    """Replace the marks of the walk: cells, terms and their definitions, items, headings."""
    text = "\n".join(row.strip(" \x1f\r\t\f") for row in _SPACES.sub(" ", text).split("\n"))
    if "\x1f" in text:
        text = _CELL.sub(" | ", text)
    text = _GAP.sub("\n\n", text)
    for expression, replacement in (*(_TERMS if "\x1e" in text else ()), *_MARKS):
        text = expression.sub(replacement, text)
    return _GAP.sub("\n\n", text).strip()
