"""Keys and values of short labelled rows."""

from __future__ import annotations

import pytest

from extract.kinds import Choice
from extract.lexicon.wording import Match
from extract.reading.short_fields import is_key
from extract.text.document import from_text


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("temporary: no", 9, True),
        ("Befristung: entfällt", 10, True),
        ("befristung: 3", 10, True),
        ("befristung: 24 Monate", 10, False),
        ("remoteType: Hybrid", 6, True),
        ("remote_allowed: true", 6, False),
        ("Temporary work in the harvest", 9, False),
    ],
)
def test_a_key_says_what_its_value_says(text: str, length: int, *, expected: bool) -> None:
    """A denied key and a bare code say nothing; a length or "true" confirms the key."""
    assert expected == is_key(text, Match(0, length, "temporary"))


def test_prose_does_not_add_to_a_labelled_value() -> None:
    """Beside a label, words of a contract in running text are not given."""
    page = from_text(
        "Baker\nJob type: Full-time\n\nIn summer a few temporary hands help us to carry the trays."
    )
    kind = Choice("employment_types", many=True)
    assert ["Job type: Full-time"] == [page.quote(span) for span in kind.given(page)]
