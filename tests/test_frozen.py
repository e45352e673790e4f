"""No refactoring changes what is asked: the requests of all documents are frozen."""

from __future__ import annotations

import json

from tests.frozen import FILE, requests


def test_every_request_is_what_it_was() -> None:
    """A change that is meant to ask otherwise runs `python -m tests.frozen`, and says so."""
    frozen, today = json.loads(FILE.read_text("utf-8")), requests()
    assert frozen.keys() == today.keys()
    changed = {
        name: [
            way for way, a, b in zip(("closed", "open"), old, today[name], strict=True) if a != b
        ]
        for name, old in frozen.items()
        if old != today[name]
    }
    assert {} == changed
