"""What every test shares. The network is blocked in pyproject.toml: loopback alone is open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from extract.text.document import from_text
from extract.values import Document
from tests.server import Server, answering, simplest

# The same examples in every run, and no deadline: a check must not fail by chance or by load.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

POSTING = """\
Careers > Bakery
Senior Baker (m/f)
Miller's Corner, Inc.
Location: Leeds, United Kingdom
What you will do:
• Bake sourdough and laminated dough
• Order flour and plan the night shift
Qualities we hope for:
• At least 3 years of experience in a bakery
• NVQ Level 3 preferred
We offer:
• £14.50 per hour, full-time
• 28 days of leave
Job ID: BK-4411. Apply by 14 March 2025.
"""


@pytest.fixture
def posting() -> Document:
    """Read a short posting with headings, written for the tests."""
    return from_text(POSTING, id="baker", source="baker.txt")


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Work in an empty folder, without what the machine's environment says of models."""
    for name in (
        "POSTINGS_MODEL",
        "OPENAI_MODEL",
        "OPENAI_BASE_URL",
        "OPENAI_API_KEY",
        "OPENAI_API_VERSION",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again after a fault without a wait."""
    monkeypatch.setattr("extract.models.client._BACKOFF", lambda _: 0)


@pytest.fixture
def server() -> Iterator[Server]:
    """Serve the simplest valid answers."""
    with answering(simplest) as running:
        yield running
