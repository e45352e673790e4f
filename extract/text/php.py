"""Show the markup that a PHP page prints: strings with tags, and the words of a translation.

`echo` and `print` show the strings that hold tags; `<?= __('Baker') ?>` and `_e('Baker')` of
gettext and WordPress show their words, in the language of the source. Where nothing is shown at
all, the file holds the data of a page: then each string with tags counts. The rest of a program is
no page, and what a string inserts (`$name`, `{$name}`) is left out. Nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["printed"]

_CODE = re.compile(
    r"<\?(?!xml)(?P<mark>php\b|=)?(?P<code>(?:(?!\?>).)*+)(?:\?>|\Z)|<\?xml(?:(?!\?>).)*+\?>",
    re.IGNORECASE | re.DOTALL,
)
_STRING = (
    r"(?:\"(?P<double>(?:[^\"\\]|\\.)*+)\"|'(?P<single>(?:[^'\\]|\\.)*+)'|"
    r"<<<[ \t]*+(?P<quote>['\"]?)(?P<name>\w++)(?P=quote)\n(?P<here>.*?)(?:\n\s*+(?P=name)\b|\Z))"
)
_PRINTS = re.compile(rf"(?<![\w$>])(?:echo|print)\b[\s(]*+{_STRING}", re.DOTALL)
_TRANSLATES = re.compile(
    r"(?<![\w$>])(?:(?:echo|print)\b[\s(]*+(?:(?:esc_html)?__|_|gettext)|(?:esc_html)?_e)"
    rf"\(\s*+{_STRING}",
    re.DOTALL,
)
_ANY = re.compile(rf"{_STRING}|//[^\n]*+|#[^\n]*+|/\*.*?\*/", re.DOTALL)
_NOTHING = re.compile(r"(?:\s|<!--(?:(?!-->).)*+-->)*+", re.DOTALL)
_TAG = re.compile(r"<(?:/?[a-zA-Z][\w-]*|!--)")
_ESCAPE = re.compile(r"\\([\\\"'$nrt])")
_ESCAPED = {"n": "\n", "r": "", "t": " "}
_INSERTED = re.compile(r"\{\$[^{}]*\}|\$\w+(?:->\w+|\[[^\]]*\])?")


def printed(page: str) -> str:
    r"""Return `page` with each part of PHP code as the markup that it prints, often nothing.

    >>> printed("<?php $a = 1; echo '<h1>Baker</h1>'; ?><p><?= __('York') ?></p>")
    '<h1>Baker</h1><p>York</p>'
    >>> printed("<?php $page['text'] = '<h1>Baker</h1>';")
    '<h1>Baker</h1>'
    """
    if "<?" not in page:
        return page
    shown = _CODE.sub(_markup, page)
    if _NOTHING.fullmatch(shown) is None:
        return shown
    programs = (part["code"] or "" for part in _CODE.finditer(page))
    return "\n".join(text for code in programs for text in _tagged(_ANY, code)) or page


def _markup(part: re.Match[str]) -> str:
    code = part["code"] or ""
    if part["mark"] == "=":
        code = f"echo {code}"
    tagged = "\n".join(_tagged(_PRINTS, code))
    return tagged or " ".join(_string(found) for found in _TRANSLATES.finditer(code))


def _tagged(form: re.Pattern[str], code: str) -> Iterator[str]:
    """Yield the strings of a form that hold tags."""
    strings = (_string(found) for found in form.finditer(code))
    return (string for string in strings if _TAG.search(string))


def _string(found: re.Match[str]) -> str:
    if found["single"] is not None:
        return found["single"].replace("\\'", "'")
    words = _INSERTED.sub("", found["double"] or found["here"] or "")
    return _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), words)
