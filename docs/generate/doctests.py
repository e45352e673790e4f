"""Show the doctests of docstrings as code on the API pages.

An extension of griffe, which reads the docstrings for mkdocstrings. Our doctests stand between
sentences, without the heading "Examples:" that griffe looks for, so Markdown would read `>>>` as
three nested quotations.
"""

from __future__ import annotations

import re
from textwrap import dedent
from typing import Any

from griffe import Extension, Object

__all__ = ["Doctests"]

_DOCTEST = re.compile(r"^ *>>> .*(?:\n(?! *$).*)*", re.MULTILINE)


class Doctests(Extension):  # type: ignore[misc]  # griffe is installed for `make docs` alone
    """Put each doctest of a docstring into a fenced block."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Rewrite the docstring of an object that griffe has just read."""
        if obj.docstring is not None:
            obj.docstring.value = _DOCTEST.sub(_fenced, obj.docstring.value)


def _fenced(match: re.Match[str]) -> str:
    return f"```pycon\n{dedent(match.group())}\n```"
