"""A real browser for the tests of pages: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_CHROMIUM = Path("/usr/bin/chromium")
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")

if not _CHROMIUM.exists():
    _WITHOUT = f"there is no browser at {_CHROMIUM}"
elif importlib.util.find_spec("playwright") is None:
    _WITHOUT = "playwright is not installed"
else:
    _WITHOUT = ""

browsing = pytest.mark.skipif(bool(_WITHOUT), reason=_WITHOUT or "a browser is there")
"""Skips a test, with the reason, where there is no browser."""


@pytest.fixture(scope="module")
def started_browser() -> Iterator[Any]:
    """Start one headless browser for the tests of a module."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it may not be installed

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(_CHROMIUM), args=[*_FLAGS])
        yield started
        started.close()


@pytest.fixture
def browser(started_browser: Any) -> Iterator[Any]:
    """Return the browser, and close what a test leaves open."""
    yield started_browser
    for context in started_browser.contexts:
        context.close()
