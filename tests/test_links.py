"""Words in an address say nothing of the job."""

from __future__ import annotations

import pytest

from extract.kinds import Choice, Schooling
from extract.reading.links import in_link
from extract.text.document import from_text


@pytest.mark.parametrize(
    ("text", "word", "inside"),
    [
        ("See https://oven.example/jobs/remote-baker", "remote", True),
        ("See www.oven.example/bachelor", "bachelor", True),
        ("https://oven.example is remote", "remote", False),
        ("remote", "remote", False),
    ],
)
def test_an_address_ends_with_a_blank(text: str, word: str, inside: bool) -> None:  # noqa: FBT001
    """It begins with its scheme or with www."""
    assert in_link(text, text.index(word)) is inside


def test_kinds_leave_addresses_alone() -> None:
    """Neither a workplace nor a degree is read there."""
    document = from_text("Baker\nhttps://oven.example/remote/bachelor-degree-jobs")
    assert not Choice("workplace").propose(document)
    assert not Schooling().propose(document)
