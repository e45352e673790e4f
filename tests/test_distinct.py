"""Two openings, or the two halves of one."""

from __future__ import annotations

import pytest

from extract.sources.several import postings
from extract.sources.several.distinct import are_two
from extract.text.document import from_text

_BODY = "You keep the ovens, the bench and the ledger in good order, and lock up at night. " * 3


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("# Cook\nLocation: Hull", "# Baker\nLocation: York", True),
        ("# Cook\nPay: £12 an hour", "# Cook (nights)\nPay: £14 an hour", True),
        ("# Cook\nLocation: Hull", "# Cook at Ovenside\n" + _BODY, False),
        ("# Cook\nPay: £12.50 an hour", "# Line Cook\nThe pay is £12.50", False),
        ("Ref: A1\nCook", "Ref: A2\nCook", True),
    ],
)
def test_openings_differ_in_more_than_the_title(first: str, second: str, *, expected: bool) -> None:
    """Two openings name another place, pay, number, link or employer."""
    assert expected == are_two(first, second)


def test_a_header_and_its_body_are_one_posting() -> None:
    """A block of particulars under one heading and the text under another are not split."""
    page = (
        f"# Senior Baker\n\nLocation: Leeds\nPay: £15 an hour\n\n# Head Baker (nights)\n\n{_BODY}"
    )
    assert 1 == len(postings(from_text(page)))
