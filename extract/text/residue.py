"""Remove what tools left in plain text: Markdown marks, tokeniser brackets, styles and scripts.

Only marks and code are removed, and words that are struck out; other words never.
"""

from __future__ import annotations

import re

__all__ = ["unmarked", "without_code"]

_BACKSLASH = re.compile(r"\\{1,2}(?=[-.+*_#()\[\]{}!~`>&|$<'\"])")
_STRONG = re.compile(r"(?<!\*)\*{2,3}(?!\*)")
_STRONG_LINE = re.compile(r"(?m)(?<![\w*_])__(?=\S)([^_\n]{1,300})__(?![\w_])")
_EMPHASIS = re.compile(r"(?<![\w*_])([*_])(?=[^\s*_])([^*_\n]{1,200})(?<=\S)\1(?![\w*_])")
_IMAGE = re.compile(r"!\[([^\]\[\n]{0,200})\]\([^()\s]{0,2000}(?:\s[^()\n]{0,200})?\)")
_LINK = re.compile(
    r"\[([^\]\[\n]{1,300})\]\([^()\s]{0,2000}(?:\s[^()\n]{0,200})?\)(?:\{[^{}\n]{0,80}\})?"
)
_ADDRESS = re.compile(r"<((?:https?://|mailto:)?[^\s<>]{1,300}[.@:/][^\s<>]{1,300})>")
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}"}
_BRACKET = re.compile("|".join(_BRACKETS), re.IGNORECASE)

_BRACED = re.compile(r"\{([^{}]{0,4000})\}")
_DECLARATION = re.compile(r"\s*-{0,2}[a-zA-Z][a-zA-Z-]{1,40}\s*:[^;:{}]{1,300}(?::[^;{}]{1,300})?")
_SELECTOR = re.compile(
    r"(?:[.#@*:>+~,&][\w.#:>+~,*\[\]()=\"'&-]*|(?:a|b|p|ul|ol|li|h[1-6]|div|span|body|html|table|tr|td|"
    r"th|img|input|button|section|header|footer|nav|main|form|label|and|screen|only|media)"
    r"(?:[.#:,>\[][\w.#:>+~,*\[\]()=\"'-]*)?|\((?:min|max)-[\w-]+:|\d+px\))",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"/\*[^*]{0,2000}\*/")
_FUNCTION = re.compile(
    r"(?:\b(?:async )?function\b\s*\w*\s*\([^()\n]{0,200}\)|\([^()\n]{0,80}\)\s*=>)\s*\{"
)
_STATEMENT = re.compile(
    r"(?:\b(?:var|let|const)\s+[\w$]+\s*=|\bwindow(?:\.[\w$]+|\[[^\[\]\n]{1,60}\])+\s*=|\bdocument\.(?:write|getElementById|"
    r"createElement)\s*\(|\bdataLayer\s*(?:=|\.push\()|\bgtag\s*\()[^;\n]{0,600}+(?:;|$)",
    re.MULTILINE,
)
_LONGEST_FUNCTION = 20_000
# Also letters each struck out by a combining stroke.
_STRUCK = re.compile(
    r"(?<![~\w])~~(?=[^\s~])[^~\n]{0,300}(?<=[^\s~])~~(?![~\w])[ \t]?"
    r"|(?:[^\s\u0336]\u0336[ \t]?\u0336?){2,}[ \t]?"
)


def unmarked(text: str) -> str:
    r"""Return `text` without Markdown's inline marks and without struck-out words.

    Headings and bullets keep their marks.

    >>> unmarked(r"**Pay:** $19\.50 \- $21, see [our site](https://example.com) -LRB-new-RRB-")
    'Pay: $19.50 - $21, see our site (new)'
    """
    if "\\" in text:
        text = _BACKSLASH.sub("", text)
    if "~~" in text or "\u0336" in text:
        text = _STRUCK.sub("", text)
    if "](" in text:
        text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    if "*" in text:
        text = _STRONG.sub("", text)
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub(r"\2", _STRONG_LINE.sub(r"\1", text))
    if "<" in text:
        text = _ADDRESS.sub(r"\1", text)
    if "RB-" in text or "rb-" in text:
        text = _BRACKET.sub(lambda found: _BRACKETS[found[0].upper()], text)
    return text


def without_code(text: str) -> str:
    r"""Return `text` with a line break in the place of each style rule or script.

    >>> without_code("Apply now. .Title { font-size: 18px; } /*new*/ Thanks")
    'Apply now.\nThanks'
    """
    if "{" not in text and "/*" not in text and "=" not in text:
        return text
    gone: list[tuple[int, int]] = []
    if "{" in text:
        gone += [(found.start(), _closed(text, found.end())) for found in _FUNCTION.finditer(text)]
        gone += [
            (_selector_start(text, found.start()), found.end())
            for found in _BRACED.finditer(text)
            if _is_style(found[1])
        ]
    gone += [found.span() for found in _COMMENT.finditer(text)]
    gone += [found.span() for found in _STATEMENT.finditer(text)]
    if not gone:
        return text
    kept: list[str] = []
    at = 0
    for start, end in sorted(gone):
        if start > at:
            kept.append(text[at:start].strip(" "))
        at = max(at, end)
    kept.append(text[at:].strip(" "))
    return "\n".join(part for part in kept if part.strip(" ,;>}"))


def _is_style(body: str) -> bool:
    declarations = [part for part in body.split(";") if part.strip()]
    if not declarations or (";" not in body and len(declarations[0]) > 60):  # noqa: PLR2004
        return False
    return all(_DECLARATION.fullmatch(part) for part in declarations)


def _selector_start(text: str, brace: int) -> int:
    """Return where the selector before a style rule's brace starts."""
    floor = max(0, brace - 400)
    start = brace
    for word in reversed(list(re.finditer(r"\S+", text[floor:brace]))):
        if _SELECTOR.fullmatch(word[0]) is None:
            break
        start = floor + word.start()
    return start


def _closed(text: str, at: int) -> int:
    """Return where the brace that was opened before `at` closes, or `at` if that is far away."""
    depth = 1
    for mark in re.finditer(r"[{}]", text[at : at + _LONGEST_FUNCTION]):
        depth += 1 if mark[0] == "{" else -1
        if not depth:
            return at + mark.end()
    return at
