"""Read JSON and JavaScript literals as pages have them: strictly, else as much as can be saved.

Single quotes, unquoted keys, comments, trailing commas, raw line breaks in strings, template
placeholders and anything after the first complete value are tolerated; a literal that was cut off
is closed. json5, chompjs and json-repair read less of this, or read it wrongly
(`docs/decisions/0005-libraries.md`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["parse"]

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)
    |(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)
        |'[^'\\]*+(?:\\.[^'\\]*+)*+'|`[^`\\]*+(?:\\.[^`\\]*+)*+`)
    |(?P<mark>[{}\[\],:])
    |(?P<word>[^\s{}\[\],:"'`]+)
    |(?P<stray>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_ESCAPE = re.compile(r"\\(u[\da-fA-F]{4}|x[\da-fA-F]{2}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_CONSTANTS = {"true": "true", "false": "false", "null": "null", "undefined": "null", "NaN": "null"}
_DEEPEST = 200
_MOST_STRAY = 50
"""Quotes without an end that are accepted; each costs a search to the end of the text."""


def parse(text: str) -> Any | None:
    r"""Return the first value of `text`, or None if it is not an object or a list.

    >>> parse("{title: 'Cook', pay: {min: 17, max: ,},} trailing"), parse("Cook wanted")
    ({'title': 'Cook', 'pay': {'min': 17, 'max': None}}, None)
    """
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        start = _start(text)
        value = None if start < 0 else _saved(text, start)
    return value if isinstance(value, dict | list) else None


def _start(text: str) -> int:
    found = re.search(r"[{\[]", text)
    return -1 if found is None else found.start()


def _saved(text: str, start: int) -> Any | None:
    """Rewrite the first balanced literal as JSON, token by token."""
    out: list[str] = []
    closing: list[str] = []
    for token in _tokens(text, start):
        kind, words = token.lastgroup, token[0]
        if kind == "mark":
            if words in ",}]" and out and out[-1] == ":":
                out.append("null")
            if not _balanced(words, out, closing):
                return None
            out.append(words)
        elif not out or out[-1] in ("{", "[", ",", ":"):
            out.append(_value(kind, words))
        elif _follows_colon(text, token.end()):
            # A comma was forgotten. Any other second word is the rest of a value without quotes.
            out += [",", _value(kind, words)]
        if not closing:
            break
    _drop_comma(out)
    if out and out[-1] == ":":
        out.append("null")
    try:
        return json.loads("".join(out) + "".join(reversed(closing)))
    except (ValueError, RecursionError):
        return None


def _tokens(text: str, start: int) -> Iterator[re.Match[str]]:
    stray = 0
    for token in _TOKEN.finditer(text, start):
        stray += token.lastgroup == "stray"
        if stray > _MOST_STRAY:
            return
        if token.lastgroup != "space":
            yield token


def _balanced(mark: str, out: list[str], closing: list[str]) -> bool:
    """Keep track of what is open; return False if the marks do not match or nest too deeply."""
    if mark in "}]":
        _drop_comma(out)
        return bool(closing) and closing.pop() == mark
    if mark in "{[":
        closing.append("}" if mark == "{" else "]")
    return len(closing) <= _DEEPEST


def _drop_comma(out: list[str]) -> None:
    while out and out[-1] == ",":
        out.pop()


def _follows_colon(text: str, at: int) -> bool:
    return re.match(r"\s{0,20}:", text[at : at + 21]) is not None


def _value(kind: str | None, words: str) -> str:
    if kind == "string":
        return json.dumps(_ESCAPE.sub(_character, words[1:].removesuffix(words[0])))
    if words in _CONSTANTS:
        return _CONSTANTS[words]
    return words if _NUMBER.fullmatch(words) else json.dumps(words)


def _character(escape: re.Match[str]) -> str:
    code = escape[1]
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return _ESCAPED.get(code, code)
