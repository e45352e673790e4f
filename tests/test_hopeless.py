"""When a run is given up, and when it goes on: row by row, and over HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extract.cli import app
from extract.posting import Posting
from extract.record import Failure
from extract.runs.hopeless import FailureWatch, Hopeless
from extract.values import Usage
from tests.records import record
from tests.server import answering

TEMPERATURE = {
    "message": "Unsupported value: 'top_k' does not support 0 with this model.",
    "type": "invalid_request_error",
    "param": "top_k",
    "code": "unsupported_value",
}


def failure(error: str) -> Failure:
    """Return a row of a document that failed."""
    return Failure(id="a", source="a", error=error, message="no", usage=Usage())


def rows_until_hopeless(errors: list[str | None]) -> int | None:
    """Return after how many rows a run is given up; None in the list is a record."""
    watch = FailureWatch()
    for number, error in enumerate(errors, 1):
        try:
            watch.saw(failure(error) if error is not None else record(Posting()))
        except Hopeless:
            return number
    return None


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        (["RequestError"] * 5, 3),
        (["TruncationError"] * 15, 10),
        (["ReplyError"] * 30, 20),
        (["ContextError"] * 30, 20),
        (["RefusalError"] * 200, None),
        (["InputError"] * 200, None),
        (["RequestError", "ReplyError"] * 50, None),
        ([None, *["RequestError"] * 200], None),
        (["RequestError", "InputError", "RequestError", "RequestError"], 4),
        (["AuthenticationError"], 1),
        ([None, "UnknownModelError"], 2),
        (["TransportError"], 1),
        ([None, *["TransportError"] * 200], 101),
    ],
)
def test_what_befalls_every_document_ends_the_run(
    errors: list[str | None], expected: int | None
) -> None:
    """A document's own fault does not, nor does a fault after the first record."""
    assert expected == rows_until_hopeless(errors)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("kept", [(), ("--run", "night")])
def test_two_hundred_documents_do_not_ask_a_server_that_always_refuses(
    kept: tuple[str, ...],
) -> None:
    """A few requests, one line that says what the provider said, and exit code 2."""
    lines = (json.dumps({"id": str(n), "text": f"Job {n}. Baker, Leeds."}) for n in range(200))
    Path("in.jsonl").write_text("\n".join(lines), "utf-8")
    with answering(lambda _: (400, {"error": TEMPERATURE})) as server:
        arguments = ["extract", "in.jsonl", "--model", "m", "--base-url", server.base_url, *kept]
        done = CliRunner().invoke(app, [*arguments, "--concurrency", "8"])
    assert 2 == done.exit_code, done.output
    assert "'top_k' does not support 0 with this model" in done.output
    assert len(server.requests) <= 12
