"""Cutting text into lines: bullets, headings, sentences, labels, wrapped paragraphs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.text.numbered_lines import lines


def cut(text: str) -> list[str]:
    """Return the words of every line."""
    return [text[line.span.start : line.span.end] for line in lines(text)]


FILLER = "We run a small and friendly kitchen by the river and look for people who like to cook. "


@given(st.text(alphabet="aB1 .•-:\n。é(", max_size=300))
def test_no_word_is_lost_but_bullets_and_marks(text: str) -> None:
    """Every letter of the text is in exactly one line, in order."""
    kept = "".join(one for line in cut(text) for one in line if one in "Bé")
    assert "".join(one for one in text if one in "Bé") == kept


def test_inline_bullets_and_headings_are_lines() -> None:
    """Run-together lists come apart, with headings of their own and what follows set off."""
    text = (
        FILLER + "Key Responsibilities: • Grill fish • Order goods Kitchen Leadership: • Train two "
        "cooks. Team leadership • Plan shifts. Microwave-free since 1990. We look forward to you."
    )
    assert cut(text)[1:] == [
        "Key Responsibilities:",
        "Grill fish",
        "Order goods",
        "Kitchen Leadership:",
        "Train two cooks.",
        "Team leadership",
        "Plan shifts.",
        "Microwave-free since 1990. We look forward to you.",
    ]


def test_heading_with_a_space_before_its_colon_is_a_line() -> None:
    """A heading in the middle of run-together text is found by its first word."""
    assert "Who We Are Looking For :" in cut(
        FILLER + "Who We Are Looking For : • Bold cooks • Bakers"
    )


def test_label_rows_without_punctuation_are_cut() -> None:
    """The footer of a stripped page comes apart at its labels."""
    text = FILLER + "Job # 4711 8899 Locations Belgium, Ghent Job families Kitchen Teams Grill"
    assert cut(text)[-4:] == [
        "Job # 4711 8899",
        "Locations Belgium, Ghent",
        "Job families Kitchen",
        "Teams Grill",
    ]


def test_navigation_at_the_start_is_a_line() -> None:
    """What a page says about itself does not cling to the title."""
    text = "Back to search results Prev Job 3 of 90 Next Head Cook, Grill " + FILLER
    assert cut(text)[0] == "Back to search results Prev Job 3 of 90 Next"
    assert cut(text)[1].startswith("Head Cook, Grill")


def test_dash_lists_are_cut_only_after_a_colon_or_sentence() -> None:
    """` - ` starts items where a list is clear, and stays inside an item otherwise."""
    listed = FILLER + "Tareas: - Preparar platos fríos - Limpiar la cocina - Recibir pedidos"
    assert cut(listed)[-3:] == ["Preparar platos fríos", "Limpiar la cocina", "Recibir pedidos"]
    assert [f"{FILLER}Cook - Grill - Ghent".strip()] == cut(FILLER + "Cook - Grill - Ghent")


def test_glued_sentences_come_apart() -> None:
    """A lost space after a sentence, or none at all; product names stay whole."""
    text = "Two years of experienceWe offer JavaScript, GitHub and Node.js.Our pay is fair."
    assert len(cut(text)) == 1
    assert cut(FILLER * 2 + text)[-1] == text or "We offer" in cut(FILLER * 2 + text)[-1]


@pytest.mark.parametrize(
    "kept",
    [
        "Ask Dr. Roe, e.g. by mail, at Crumb Inc. Ghent, for the U.S. Visa",
        "Beginn am 31. März oder z. B. Anfang Juni in der St. Johann Str. Nord",
        "Pay of $16.50 to $19.75 an hour in St. Louis",
        "Nabízíme např. Multisport kartu pro zam. Brno",
    ],
)
def test_abbreviations_amounts_and_ordinals_end_no_sentence(kept: str) -> None:
    """With a long sentence before and after, the words stay on one line."""
    assert any(
        kept in line for line in cut(f"{FILLER}{FILLER}{kept} and more words. {FILLER}{FILLER}")
    )


def test_japanese_sentences_end_at_their_stop() -> None:
    """There is no space after a full-width stop."""
    first = (
        "当店では川のそばの小さな台所で一緒に働いてくださる調理師の方を広く募集しております。" * 4
    )
    second = "経験がない方にも先輩が一から丁寧に教えますので、どうぞ安心してご応募ください。" * 4
    for line in cut(first + second):
        assert line.endswith("。")


def test_wrapped_paragraphs_are_joined_and_short_rows_are_not() -> None:
    """Hard-wrapped prose is one paragraph; a header's rows stay rows."""
    text = (
        "Head Cook\nCrumb & Co\nGhent\n\n"
        "We run a small kitchen by the river and look for somebody who likes to work with\n"
        "fish, herbs and fire, and who can lead a team of three through a busy evening in\n"
        "summer.\n"
    )
    found = cut(text)
    assert found[:3] == ["Head Cook", "Crumb & Co", "Ghent"]
    assert len(found) == 4
    assert found[3].endswith("summer.")


def test_long_sentences_are_cut_at_a_clause() -> None:
    """No line of ordinary words is longer than 500 characters."""
    found = cut("We cook " + "fish and herbs over a slow fire, " * 60 + "every day.")
    assert len(found) > 3
    assert all(len(line) <= 500 for line in found)
    assert all(line.endswith(",") for line in found[:-1])


def test_equal_opportunity_sentence_is_cut_from_content() -> None:
    """A requirement that lost its full stop does not drown in the notice after it."""
    found = cut(
        FILLER + "• Bakers diploma preferred Crumb is an equal opportunity employer. Job done."
    )
    assert "Bakers diploma preferred" in found
    assert "Crumb is an equal opportunity employer." in found


@pytest.mark.parametrize("bullet", ["•", "-", "*", "–", "▪", "·", "1.", "2)", "a)", "・"])
def test_bullets_are_not_part_of_a_line(bullet: str) -> None:
    """Each item is a line that starts with its first word."""
    assert cut(f"{bullet} Grill fish\n{bullet} Fry eggs") == ["Grill fish", "Fry eggs"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("C#", "C#"), ("You know F#", "You know F#"), ("## Duties ##", "Duties"), ("A #", "A")],
)
def test_a_hash_that_ends_a_name_is_kept(text: str, expected: str) -> None:
    """Those that close a heading of Markdown stand apart."""
    assert expected == cut(f"Baker\n\n{text}\n\nBread")[1]
