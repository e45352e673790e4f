"""Show the templates that people see: declarative shadow DOM, and components of one file.

Browsers show `<template shadowrootmode>`, unlike other templates. A Vue component is a file whose
outermost element is a template, and what is in it is the page
(https://vuejs.org/api/sfc-spec.html). Only the tags are rewritten. All children of a slot are kept,
though a browser may show only some.
"""

from __future__ import annotations

import re

__all__ = ["unshadowed"]

_TEMPLATE = re.compile(
    r"<(/?)template(?=[\s/>])((?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>", re.IGNORECASE
)
_ROOT = re.compile(r"\bshadowroot(?:mode)?\s*=\s*[\"']?(?:open|closed)", re.IGNORECASE)
# What can stand beside the template of a component.
_BESIDE = re.compile(
    r"(?>\s*(?:<!--.*?-->|<(script|style|i18n|docs)\b.*?</\1>))*+\s*", re.IGNORECASE | re.DOTALL
)


def unshadowed(html: str) -> str:
    """Return `html` with each template that people see as an ordinary element.

    >>> unshadowed('<x-job><template shadowrootmode="open">Cook</template></x-job>')
    '<x-job><div>Cook</div></x-job>'
    >>> unshadowed("<template><h1>Cook</h1></template><script>export default {}</script>")
    '<div><h1>Cook</h1></div>'
    """
    component = _component(html)
    html = component or html
    if component is None and "shadowroot" not in html.lower():
        return html
    kept: list[str] = []
    at, open_roots = 0, list[bool]()
    for tag in _TEMPLATE.finditer(html):
        if not tag[1]:
            open_roots.append(component is not None or _ROOT.search(tag[2]) is not None)
            is_root = open_roots[-1]
        else:
            is_root = bool(open_roots) and open_roots.pop()
        if is_root:
            kept += [html[at : tag.start()], "</div>" if tag[1] else "<div>"]
            at = tag.end()
    kept.append(html[at:])
    return "".join(kept)


def _component(html: str) -> str | None:
    """Return the template of a component, beside which are only scripts, styles and comments."""
    before = _BESIDE.match(html)
    first = _TEMPLATE.match(html, before.end()) if before else None
    if first is None or first[1] or _ROOT.search(first[2]):
        return None
    last = max((tag.end() for tag in _TEMPLATE.finditer(html) if tag[1]), default=len(html))
    return html[first.start() : last] if _BESIDE.fullmatch(html, last) else None
