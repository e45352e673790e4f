"""What is said of a document as a whole: closed, no posting, cut off, next to nothing."""

from __future__ import annotations

import pytest

from extract.reading.condition import closed, remarks
from extract.text.document import from_text

_BODY = "We bake bread for three towns. You know your ovens. £14 an hour, early shift.\n"


@pytest.mark.parametrize(
    "line",
    [
        "No longer accepting applications",
        "This position has been filled.",
        "Die Stelle ist leider bereits besetzt.",
        "Ce poste est déjà pourvu",
        "La vacante ya está cubierta",
        "Pozice je již obsazena",
        "Tjänsten är redan tillsatt",
        "この求人の募集は終了しました",
    ],
)
def test_a_closed_posting_says_so(line: str) -> None:
    """A notice in any of seven languages is quoted, and the posting stays one."""
    document = from_text(f"Baker, Leeds\n{line}\n\n{_BODY}")
    told = remarks(document, is_posting=True)
    assert ["is_posting"] == list(told)
    assert closed(line) in told["is_posting"]


@pytest.mark.parametrize(
    "line",
    [
        "Open until the position is filled.",
        "Bewerben Sie sich, bis die Stelle besetzt ist.",
        "The shop is closed on Sundays.",
        "Sobald die Stelle besetzt ist, melden wir uns.",
        "Applications close on 3 May.",
    ],
)
def test_an_open_posting_is_not_called_closed(line: str) -> None:
    """What will be, or what is closed but no posting, is no notice."""
    assert {} == remarks(from_text(f"Baker\n{line}\n{_BODY}"), is_posting=True)


def test_another_posting_s_notice_is_not_this_one_s() -> None:
    """Below the middle of a page a notice is about something else."""
    text = f"Baker, Leeds\n{_BODY * 5}\nCounter Lead\nThis position has been filled.\n{_BODY * 2}"
    assert {} == remarks(from_text(text), is_posting=True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Page not found\nThe posting you look for is not on this server any more.", "error page"),
        ("Jobs at Ovenside\nThere are no open positions at the moment, sorry.", "no openings"),
        ("How we hire\nThree talks and a day on the bench, then we decide together.", "no opening"),
    ],
)
def test_a_page_that_is_no_posting_says_why(text: str, why: str) -> None:
    """The page's own words where it has them, else that the model saw no opening."""
    told = remarks(from_text(text), is_posting=False)
    assert why in told["is_posting"]


@pytest.mark.parametrize(
    "end",
    ["You will also look after the ovens, the ledger and…", "Duties: kneading, [...]",
     "You will look after the ovens, the van, the ledger and the", "Read more"],
)  # fmt: skip
def test_a_text_that_was_cut_off_says_so(end: str) -> None:
    """Dots, a dangling word or a link to the rest are no end of a posting."""
    told = remarks(from_text(f"Baker, Leeds\n{_BODY}\n{end}"), is_posting=True)
    assert told["document"].startswith("cut off")


@pytest.mark.parametrize("end", ["Apply at the shop", "Log in", "Pay: £14/h", "We can't wait!"])
def test_a_text_that_ends_without_a_full_stop_is_whole(end: str) -> None:
    """Most pages end with a link or a label."""
    assert {} == remarks(from_text(f"Baker, Leeds\n{_BODY}\n{end}"), is_posting=True)


def test_next_to_no_text_is_said() -> None:
    """A title alone is read, but it is said how little there is."""
    assert "12 characters" in remarks(from_text("Baker, Leeds"), is_posting=True)["document"]
