"""Show the markup that a PHP page prints: the strings of `echo` and `print` that hold tags.

The rest of a program is no page, and what a string inserts (`$name`, `{$name}`) is left out.
Nothing is run.
"""

from __future__ import annotations

import re

__all__ = ["printed"]

_CODE = re.compile(
    r"<\?php\b(?P<code>(?:(?!\?>).)*+)(?:\?>|\Z)|<\?(?:(?!\?>).)*+\?>", re.IGNORECASE | re.DOTALL
)
_PRINTS = re.compile(
    r"(?<![\w$>])(?:echo|print)\b[\s(]*+"
    r"(?:\"(?P<double>(?:[^\"\\]|\\.)*+)\"|'(?P<single>(?:[^'\\]|\\.)*+)')",
    re.DOTALL,
)
_TAG = re.compile(r"<(?:/?[a-zA-Z][\w-]*|!--)")
_ESCAPE = re.compile(r"\\([\\\"'$nrt])")
_ESCAPED = {"n": "\n", "r": "", "t": " "}
_INSERTED = re.compile(r"\{\$[^{}]*\}|\$\w+(?:->\w+|\[[^\]]*\])?")


def printed(page: str) -> str:
    r"""Return `page` with each part of PHP code as the markup that it prints, often nothing.

    >>> printed("<?php $a = 1; echo '<h1>Baker</h1>'; ?><p>York</p>")
    '<h1>Baker</h1><p>York</p>'
    """
    return _CODE.sub(_markup, page) if "<?" in page else page


def _markup(part: re.Match[str]) -> str:
    strings = (_string(found) for found in _PRINTS.finditer(part["code"] or ""))
    markup = "\n".join(string for string in strings if _TAG.search(string))
    # What has no end and prints nothing may be the page all the same, in a string of another form.
    return markup if markup or part[0].endswith("?>") else part[0]


def _string(found: re.Match[str]) -> str:
    if found["single"] is not None:
        return found["single"].replace("\\'", "'")
    words = _INSERTED.sub("", found["double"])
    return _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), words)
