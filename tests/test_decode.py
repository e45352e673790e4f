"""Bytes to clean text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.text.decode import clean, decode


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Kö".encode("utf-8-sig"), "Kö"),
        ("Kö".encode("utf-16"), "Kö"),
        ("Koch gesucht".encode("utf-16-le"), "Koch gesucht"),
        (
            '<meta charset="iso-8859-1"> für 10 €'.encode("cp1252"),
            '<meta charset="iso-8859-1"> für 10 €',
        ),
        ("<?xml version='1.0' encoding='shift_jis'?>急募".encode("cp932"), None),
        ("調理師を募集しています。".encode("euc_jp"), "調理師を募集しています。"),
        ("Hledáme šéfkuchaře do týmu, plat dohodou".encode("cp1250"), None),
        ("Köche gesucht, früh und spät ".encode()[:-1] + b"\xc3", None),
    ],
)
def test_encodings_are_found(data: bytes, text: str | None) -> None:
    """By mark, by declaration, by trial; a character cut in half spoils no other."""
    decoded = decode(data)
    if text is not None:
        assert text == decoded
    assert any(word in decoded for word in ("Kö", "Koch", "für 10 €", "急募", "調理", "šéfkuchaře"))


@given(st.text())
def test_clean_text_encodes_and_stays_clean(text: str) -> None:
    """Cleaning twice changes nothing, and nothing unseen is left."""
    once = clean(text)
    once.encode("utf-8")
    assert not set("\r\t\x00\x1b\u200b\xad\u202e\xa0\ufeff") & set(once)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zs"])))
def test_utf8_comes_back_as_it_was(text: str) -> None:
    """Valid UTF-8 is never taken for anything else."""
    data = text.encode()
    if data[:4] not in (b"%PDF", b"GIF8", b"PAR1") and b"\x00" not in data:
        assert data.startswith((b"BZh", b"{\\rtf", b"SQLite")) or text == decode(data)


def test_surrogates_become_replacement_characters() -> None:
    """A lone half is replaced, a split pair is joined."""
    assert clean("a\ud83eb \ud83d\ude00") == "a\ufffdb \U0001f600"


def test_mojibake_is_repaired_only_where_certain() -> None:
    """A line that can only be a slip is repaired; capitals with tildes are a language."""
    assert clean("Itâ€™s CafÃ©") == "It’s Café"
    assert clean("DIREÇÃO E AÇÃO") == "DIREÇÃO E AÇÃO"


def test_terminal_escapes_are_removed() -> None:
    """Colours and titles of a terminal leave only the words."""
    assert clean("\x1b[31mCook\x1b[0m\x1b]0;title\x07") == "Cook"
