"""Show the templates that people see: declarative shadow DOM, and components of one file.

Browsers show `<template shadowrootmode>`, unlike other templates. A Vue component is a file whose
outermost element is a template, and what is in it is the page
(https://vuejs.org/api/sfc-spec.html). Only the tags are rewritten. All children of a slot are kept,
though a browser may show only some.
"""

from __future__ import annotations

import re

__all__ = ["unshadowed"]

_TEMPLATE = re.compile(r"<(/?)template(?=[\s/>])([^<>]*)>", re.IGNORECASE)
_ROOT = re.compile(r"\bshadowroot(?:mode)?\s*=\s*[\"']?(?:open|closed)", re.IGNORECASE)
# Before the template of a component there can be its script, its style and comments.
_COMPONENT = re.compile(
    r"(?>\s*(?:<!--.*?-->|<script\b.*?</script>|<style\b.*?</style>))*+\s*<template[\s>]",
    re.IGNORECASE | re.DOTALL,
)


def unshadowed(html: str) -> str:
    """Return `html` with each template that people see as an ordinary element.

    >>> unshadowed('<x-job><template shadowrootmode="open">Cook</template></x-job>')
    '<x-job><div>Cook</div></x-job>'
    >>> unshadowed("<template><h1>Cook</h1></template><script>export default {}</script>")
    '<div><h1>Cook</h1></div><script>export default {}</script>'
    """
    is_component = _COMPONENT.match(html) is not None
    if not is_component and "shadowroot" not in html.lower():
        return html
    kept: list[str] = []
    at, open_roots = 0, list[bool]()
    for tag in _TEMPLATE.finditer(html):
        if not tag[1]:
            open_roots.append(is_component or _ROOT.search(tag[2]) is not None)
            is_root = open_roots[-1]
        else:
            is_root = bool(open_roots) and open_roots.pop()
        if is_root:
            kept += [html[at : tag.start()], "</div>" if tag[1] else "<div>"]
            at = tag.end()
    kept.append(html[at:])
    return "".join(kept)
