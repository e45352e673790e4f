"""The examples of the documentation run, and print what they say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.own_schemas import said
from tests.server import Request, answering, completion

PAGE = Path(__file__).parent.parent / "docs" / "schemas.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)

ANSWER = {
    "is_posting": True,
    "number": "R-2027/118",
    "issued": said("03.04.2027", "2027-04-03"),
    "lines": [
        {
            "what": "Roggenmehl",
            "amount": said("214,80", 214.8),
        }
    ],
    "total": said("1.233,30 €", 1233.3),
}


def _answered(asked: Request) -> tuple[int, dict[str, Any]]:
    return completion(json.dumps(ANSWER))


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_the_examples_of_schemas_run(
    block: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A comment below a print is what it prints."""
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    with answering(_answered) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        code = compile(block, PAGE.name, "exec", dont_inherit=True)
        exec(code, {"__name__": "schemas"})  # noqa: S102 - the documentation's own code
    printed = capsys.readouterr().out.splitlines()
    assert printed
    assert re.findall(r"^# (.+)$", block, re.MULTILINE) == printed


def test_the_page_fits_in_a_readers_head() -> None:
    """Whoever writes a schema reads it to the end."""
    assert len(PAGE.read_text("utf-8").splitlines()) < 150
