"""Show declarative shadow DOM: browsers show `<template shadowrootmode>`, unlike other templates.

Only the tags are rewritten. All children of a slot are kept, though a browser may show only some.
"""

from __future__ import annotations

import re

__all__ = ["unshadowed"]

_TEMPLATE = re.compile(r"<(/?)template(?=[\s/>])([^<>]*)>", re.IGNORECASE)
_ROOT = re.compile(r"\bshadowroot(?:mode)?\s*=\s*[\"']?(?:open|closed)", re.IGNORECASE)


def unshadowed(html: str) -> str:
    """Return `html` with each shadow root as an ordinary element.

    >>> unshadowed('<x-job><template shadowrootmode="open">Cook</template></x-job>')
    '<x-job><div>Cook</div></x-job>'
    """
    if "shadowroot" not in html.lower():
        return html
    kept: list[str] = []
    at, open_roots = 0, list[bool]()
    for tag in _TEMPLATE.finditer(html):
        if not tag[1]:
            open_roots.append(_ROOT.search(tag[2]) is not None)
            is_root = open_roots[-1]
        else:
            is_root = bool(open_roots) and open_roots.pop()
        if is_root:
            kept += [html[at : tag.start()], "</div>" if tag[1] else "<div>"]
            at = tag.end()
    kept.append(html[at:])
    return "".join(kept)
