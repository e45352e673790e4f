"""Mentions are found where they stand, and only there."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.reading.locator import _FOLDS, Locator
from extract.values import Document, Span


def _document(text: str) -> Document:
    return Document("1", "-", text, ())


def test_a_mention_is_found_whatever_its_case_quotes_and_spacing() -> None:
    """Case, curly quotes, dashes and line breaks do not hide a mention."""
    document = _document("We seek a Head\n of  Pâtisserie – “night”")
    found = Locator(document).locate('head of pâtisserie - "night"')
    assert ["Head\n of  Pâtisserie – “night”"] == [document.quote(span) for span in found]


def test_a_mention_inside_a_longer_word_is_not_a_mention() -> None:
    """`Java` is not found in `JavaScript`."""
    assert () == Locator(_document("JavaScript and Javanese")).locate("Java")


def test_symbols_at_the_edge_of_a_mention_are_kept() -> None:
    """`C++` and `.NET` are found as they stand."""
    document = _document("C++, C and .NET")
    located = [Locator(document).locate(name)[0] for name in ("C++", ".NET")]
    assert ["C++", ".NET"] == [document.quote(span) for span in located]


def test_a_near_mention_gives_the_words_of_the_document() -> None:
    """A misspelt quote is grounded in what really stands there, in whole words."""
    document = _document("They need knowledge of distributed systems here.")
    found = Locator(document).locate("knowledge of distribted systems")
    assert ["knowledge of distributed systems"] == [document.quote(span) for span in found]


def test_an_invented_mention_is_not_found() -> None:
    """Words that the document does not have are nowhere."""
    assert () == Locator(_document("We bake bread.")).locate("100000 to 150000 USD")


def test_every_place_of_a_mention_is_found() -> None:
    """Two places give two spans."""
    assert (Span(0, 6), Span(11, 17)) == Locator(_document("remote and Remote")).locate("remote")


@given(st.text(max_size=200), st.data())
def test_any_words_of_a_text_are_found_in_it(text: str, data: st.DataObject) -> None:
    """Whatever is cut out at white space is located, and its spans are inside the text."""
    words = text.split()
    if not words:
        return
    first = data.draw(st.integers(0, len(words) - 1))
    mention = " ".join(words[first : data.draw(st.integers(first, len(words))) + 1])
    located = Locator(_document(text)).locate(mention)
    assert located
    assert all(0 <= span.start < span.end <= len(text) for span in located)


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_span_is_always_inside_the_text(text: str, mention: str) -> None:
    """No mention, however odd, gives an offset outside the document."""
    for span in Locator(_document(text)).locate(mention):
        assert 0 <= span.start < span.end <= len(text)


@given(st.text("aB ’'é_-\n\t.", max_size=40), st.lists(st.text("aB’é_-.", min_size=1), min_size=1))
def test_a_mention_stands_where_an_expression_finds_it(text: str, words: list[str]) -> None:
    """As whole words, in any case, with any white space between them, without overlaps."""
    found = Locator(_document(text)).locate(" ".join(words))
    folded = text.lower().translate(_FOLDS)
    parts = [re.escape(word.lower().translate(_FOLDS)) for word in words]
    first = r"(?<!\w)" if words[0][0].isascii() and words[0][0].isalnum() else ""
    last = r"(?!\w)" if words[-1].isascii() and words[-1][-1].isalnum() else ""
    expected = re.finditer(first + r"\s+".join(parts) + last, folded)
    exact = {Span(*match.span()) for match in expected}
    if exact:
        assert exact == set(found)


@pytest.mark.parametrize(
    ("text", "mention", "quote"),
    [
        ("Yer: İstanbul, tam zamanlı", "istanbul", "İstanbul"),
        ("İŞ İLANI: Kıdemli Fırıncı", "kıdemli fırıncı", "Kıdemli Fırıncı"),
        ("İŞ İLANI: KIDEMLİ FIRINCI", "Kıdemli Fırıncı", "KIDEMLİ FIRINCI"),
        ("HAUPTSTRASSE 5", "Hauptstraße 5", "HAUPTSTRASSE 5"),
        ("Am GROẞEN Platz", "am großen platz", "Am GROẞEN Platz"),
        ("the ﬁrst ofﬁce of the ﬂeet", "first office", "ﬁrst ofﬁce"),
        ("Cafe\u0301 Zu\u0308rich", "café zürich", "Cafe\u0301 Zu\u0308rich"),
        ("Café Zürich", "Cafe\u0301 Zu\u0308rich", "Café Zürich"),
        ("Bäcker\u00admeis\u00adter gesucht", "Bäckermeister", "Bäcker\u00admeis\u00adter"),
        ("Night\u200bBaker\u2060s wanted", "NightBakers", "Night\u200bBaker\u2060s"),
        ("Night Bakers wanted", "Night\u200b Bakers", "Night Bakers"),
        ("Ｎｉｇｈｔ　Ｂａｋｅｒ", "night baker", "Ｎｉｇｈｔ　Ｂａｋｅｒ"),
        ("제빵사 모집", unicodedata.normalize("NFD", "제빵사"), "제빵사"),
        ("ﺧﺒﺎﺯ ليلي", "خباز ليلي", "ﺧﺒﺎﺯ ليلي"),
    ],
)
def test_a_mention_is_found_in_another_encoding(text: str, mention: str, quote: str) -> None:
    """Dotted and dotless i, ß, ligatures, accents, soft hyphens and wide letters hide nothing."""
    document = _document(f"Ağaç {text}.")
    assert [quote] == [document.quote(span) for span in Locator(document).locate(mention)]


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("한글", unicodedata.normalize("NFD", "한글")[:2]),
        ("an ofﬁce", "an of"),
        ("ﬁsh", "f"),
        ("żaba", "zaba"),
    ],
)
def test_a_character_is_not_cut_in_two(text: str, mention: str) -> None:
    """A letter without its accent, or half a ligature, is another word."""
    assert () == Locator(_document(text)).locate(mention)


@given(st.text("aéİıßﬁẞk\u0301\u00ad\u200b한 ", min_size=1, max_size=30), st.data())
def test_a_text_is_found_in_every_form_of_it(text: str, data: st.DataObject) -> None:
    """Composed, taken apart, or in lower case: whole words are found, inside the text."""
    words = text.split()
    if not words:
        return
    form = data.draw(st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
    mention = unicodedata.normalize(form, " ".join(words))
    located = Locator(_document(text)).locate(mention)
    assert all(0 <= span.start < span.end <= len(text) for span in located)
    if mention.replace("\u00ad", "").replace("\u200b", "").strip():
        assert located


@given(st.text("aİßẞŉΐ B-’", max_size=30), st.text("aİß B", max_size=30))
def test_letters_that_change_length_move_no_offset(before: str, after: str) -> None:
    """Beside letters whose lower case is longer, a mention in any case is quoted whole."""
    document = _document(f"{before} Night Baker {after}")
    found = Locator(document).locate("night baker")
    assert "Night Baker" in [document.quote(span) for span in found]


def test_a_space_behind_a_point_makes_no_difference() -> None:
    """Legal forms are written either way."""
    document = _document("Oven e.V. seeks a baker")
    assert Locator(document).locate("Oven e. V.") == (Span(0, 9),)
