"""What every test shares. The network is blocked in pyproject.toml: loopback alone is open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from extract.models.local.server import _pool
from extract.text.document import from_text
from extract.values import Document
from tests.browsing import browser, started_browser
from tests.engine import SOURCE as FAKE_ENGINE
from tests.server import Server, answering, simplest

__all__ = ["browser", "started_browser"]

# The same examples in every run, and no deadline: a check must not fail by chance or by load.
settings.register_profile("fixed", derandomize=True, deadline=None, max_examples=30)
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
    monkeypatch.setattr("extract.models.retries._wait", lambda *_: 0)


@pytest.fixture
def server() -> Iterator[Server]:
    """Serve the simplest valid answers."""
    with answering(simplest) as running:
        yield running


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    """Make a file that passes for a model until someone tries to load it."""
    path = tmp_path / "tiny.gguf"
    path.write_bytes(b"GGUF" + bytes(60))
    return path


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a cache of the test's own, where no other process finds a server."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "postings"


@pytest.fixture
def engine(own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Put the package without a model first, and end what a test left running."""
    package = tmp_path / "engine" / "xllamacpp.py"
    package.parent.mkdir()
    package.write_text(FAKE_ENGINE)
    monkeypatch.syspath_prepend(package.parent)
    yield package
    pool = _pool(os.getpid())
    pool.close()
    pool.leases.clear()
    pool.users.clear()
    pool.kept.clear()
