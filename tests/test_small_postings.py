"""Small postings of many kinds and languages: what code decides in them without a model."""

from __future__ import annotations

from typing import Any

import pytest

from tests.small_postings import CASES, read, shown


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}-{case['id']}")
def test_a_small_posting_is_read_as_it_says(case: dict[str, Any]) -> None:
    """Each value that a case names is the one that a reader sees."""
    found = read(case["text"])
    assert case["values"] == [
        shown(posting, list(values)) for posting, values in zip(found, case["values"], strict=True)
    ]
