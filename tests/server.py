"""A loopback server that speaks the OpenAI chat protocol, for tests that want real HTTP."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Request = dict[str, Any]
Respond = Callable[[Request], tuple[int, dict[str, Any] | str]]
"""From the body of a request to the status and the body of the response: JSON, or a page."""


class HangUp(Exception):  # noqa: N818 - an event, not a fault
    """Raised by a `Respond`: the connection is closed midway through the response."""


@dataclass
class Server:
    """A running server: its address for a client, and the requests it has had."""

    base_url: str
    requests: list[Request] = field(default_factory=list)


@contextmanager
def answering(respond: Respond, headers: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Serve `POST /v1/chat/completions` on a free port until the block ends.

    `headers` are added to every response.
    """
    server: Server

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.requests.append(asked)
            cut = False
            try:
                status, told = respond(asked)
            except HangUp:
                (status, told), cut = completion("{}"), True
            page = isinstance(told, str)
            body = told.encode() if isinstance(told, str) else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if page else "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)
            self.close_connection |= cut

        def log_message(self, *args: object) -> None:
            pass

    with _Http(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        http.block_on_close = False
        server = Server(f"http://127.0.0.1:{http.server_port}/v1")
        thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


class _Http(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that has gone away: many tests are about that."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def simplest(asked: Request) -> tuple[int, dict[str, Any]]:
    """Answer any schema: true, the first candidate, null where that is allowed, else nothing."""
    schema = asked["response_format"]["json_schema"]["schema"]
    return completion(json.dumps(_instance(schema, schema.get("$defs", {}))))


def completion(content: str) -> tuple[int, dict[str, Any]]:
    """Return the response that holds a message of the model."""
    message = {"role": "assistant", "content": content}
    return 200, {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "simple",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1200, "completion_tokens": 80, "total_tokens": 1280},
    }


def refusal(status: int, message: str) -> tuple[int, dict[str, Any]]:
    """Return the response that refuses a request."""
    return status, {"error": {"message": message, "type": "error", "code": None}}


def shown(asked: Request) -> str:
    """Return what a request says for the user: the document's lines, and what was asked again."""
    said = (one["content"] for one in asked["messages"] if one["role"] == "user")
    return "\n".join(said)


def _instance(schema: dict[str, Any], defined: dict[str, Any]) -> Any:  # noqa: PLR0911
    if "$ref" in schema:
        return _instance(defined[schema["$ref"].rpartition("/")[2]], defined)
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return None if {"type": "null"} in schema["anyOf"] else _instance(schema["anyOf"][0], {})
    match schema["type"]:
        case [*kinds] if "null" in kinds:
            return None
        case "object":
            return {name: _instance(part, defined) for name, part in schema["properties"].items()}
        case "boolean":
            return True
        case "array":
            items = schema["items"]
            return [items["enum"][0]] if "enum" in items else []
    return ""
