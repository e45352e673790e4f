"""The server of the labelling page: on this machine's loopback address alone, behind a token.

A request is answered only if it names this server as its host, comes from its own page, and holds
the token that was printed with the address. So no other page that is open in the browser, and no
name that points at this machine, can read the documents or write a label. What a document or a
label says reaches the page as JSON, and the page puts it on screen as text.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Any

from aiohttp import web

from evals.compare.sample_size import TYPICAL_F1, FieldLabels, labelled_fields
from evals.labelling.label_desk import Desk
from evals.labelling.questions import derived, fields_of
from evals.labelling.sheet import InvalidLabelError, StaleLabelError, revision_of
from extract.errors import InputError
from extract.values import Span

__all__ = ["application"]

_BLOCK = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_DIFFERENCE = 0.05
_LARGEST = 4_000_000
"""Bytes of a request: a label with its evidence is far smaller."""


def application(desk: Desk) -> web.Application:
    """Return the server of a desk. `GET /?token=…` is the page, everything else its requests."""
    pages = _Pages(desk)
    app = web.Application(middlewares=[_guard(desk.token)], client_max_size=_LARGEST)
    app.add_routes(
        [
            web.get("/", pages.page),
            web.get("/documents", pages.documents),
            web.get("/sizes", pages.sizes),
            web.get("/documents/{id}", pages.document),
            web.post("/documents/{id}/read", pages.read),
            web.put("/documents/{id}", pages.put),
            web.delete("/documents/{id}", pages.remove),
        ]
    )
    return app


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _guard(token: str) -> Any:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        host = request.host.rpartition(":")[0] if ":" in request.host else request.host
        origin = request.headers.get("Origin")
        given = request.headers.get("X-Token") or request.query.get("token", "")
        if host not in _LOOPBACK or origin not in (None, f"http://{request.host}"):
            raise web.HTTPForbidden(text="this server answers its own page alone")
        if not secrets.compare_digest(given.encode(), token.encode()):
            raise web.HTTPForbidden(
                text="the token is missing or wrong: open the address that `postings label` printed"
            )
        try:
            response = await handler(request)
        except InputError as error:
            response = web.json_response({"error": str(error)}, status=409)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return guard


class _Pages:
    def __init__(self, desk: Desk) -> None:
        self._desk, self._sheet = desk, desk.sheet
        self._rubric = desk.sheet.rubric

    async def page(self, _request: web.Request) -> web.Response:
        text = files("evals.labelling").joinpath("label_page.html").read_text("utf-8")
        response = web.Response(text=text, content_type="text/html")
        response.headers["Content-Security-Policy"] = _policy(text)
        return response

    async def documents(self, _request: web.Request) -> web.Response:
        """List all documents with their state, and the fields of the schema."""
        labelled = self._sheet.labelled()
        return web.json_response(
            {
                "name": self._sheet.path.name,
                "documents": self._desk.listed(labelled),
                "unreadable": self._sheet.unreadable,
                "fields": [each.as_json() for each in fields_of(self._rubric, self._desk.names)],
                "sources": [each.name for each in self._desk.sources],
            }
        )

    async def sizes(self, _request: web.Request) -> web.Response:
        """Say how far the labels on disk carry, field by field (`evals.compare.sample_size`)."""
        golds = [
            row["gold"]
            for row in self._sheet.labelled().values()
            if row["gold"] and "twin_of" not in row
        ]
        return web.json_response(
            {
                "documents": len(golds),
                "f1": TYPICAL_F1,
                "difference": _DIFFERENCE,
                "fields": [_size(each) for each in labelled_fields(golds, self._rubric)],
            }
        )

    async def document(self, request: web.Request) -> web.Response:
        """Return one document's text, its label, and what is suggested for it."""
        id_ = self._id(request)
        document = self._sheet.entries[id_].document()
        row = self._sheet.row(id_)
        return web.json_response(
            {
                "id": id_,
                "text": document.text,
                "label": row,
                "revision": revision_of(row),
                **self._desk.found(document),
                "other": self._desk.other.get(id_),
                "disputes": self._desk.disputes(id_, row),
            }
        )

    async def read(self, request: web.Request) -> web.Response:
        """Return what code reads for a field in chosen words, as a label has it."""
        document = self._sheet.entries[self._id(request)].document()
        asked = await _body(request)
        try:
            name, start, end = str(asked["field"]), int(asked["start"]), int(asked["end"])
        except (KeyError, TypeError, ValueError) as error:
            raise web.HTTPBadRequest(text="needs field, start and end") from error
        if name not in self._rubric.kinds or not 0 <= start < end <= len(document.text):
            raise web.HTTPBadRequest(text="no such field, or words outside the text")
        value = derived(self._rubric, name, document, Span(start, end))
        return web.json_response({"value": value, "words": document.text[start:end]})

    async def put(self, request: web.Request) -> web.Response:
        """Write a label. 409: it was changed elsewhere; 422: it does not fit the schema."""
        id_, asked = self._id(request), await _body(request)
        try:
            revision = self._sheet.put(id_, asked["row"], str(asked["revision"]))
        except StaleLabelError:
            return web.json_response({"error": "changed elsewhere"}, status=409)
        except InvalidLabelError as error:
            return web.json_response({"error": error.faults}, status=422)
        except OSError as error:
            return web.json_response({"error": [error.strerror or str(error)]}, status=507)
        except (KeyError, TypeError, AttributeError) as error:
            raise web.HTTPBadRequest(text="needs row and revision") from error
        row = self._sheet.row(id_)
        return web.json_response(
            {
                "revision": revision,
                "disputes": self._desk.disputes(id_, row),
                "begun": self._desk.begun(row),
            }
        )

    async def remove(self, request: web.Request) -> web.Response:
        """Take a label away. 409: it was changed elsewhere."""
        try:
            self._sheet.remove(self._id(request), request.query.get("revision", ""))
        except StaleLabelError:
            return web.json_response({"error": "changed elsewhere"}, status=409)
        return web.json_response({"revision": ""})

    def _id(self, request: web.Request) -> str:
        id_ = request.match_info["id"]
        if id_ not in self._sheet.entries:
            raise web.HTTPNotFound(text="no such document")
        return id_


def _size(labels: FieldLabels) -> dict[str, Any]:
    return {
        "field": labels.field,
        "stated": labels.stated,
        "values": labels.values,
        "half_widths": [labels.half_width(times) for times in (1, 2, 4)],
        "detectable": labels.detectable,
        "more": labels.more(_DIFFERENCE),
    }


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        asked = await request.json()
    except ValueError as error:
        raise web.HTTPBadRequest(text="not JSON") from error
    if not isinstance(asked, dict):
        raise web.HTTPBadRequest(text="not a JSON object")
    return asked


def _policy(page: str) -> str:
    hashes = {
        tag: base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        for tag, body in _BLOCK.findall(page)
    }
    return (
        f"default-src 'none'; script-src 'sha256-{hashes['script']}'; "
        f"style-src 'sha256-{hashes['style']}'; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
