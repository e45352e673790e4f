"""Texts that take long to make, kept in the user's cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.lexicon import made_once as module
from extract.lexicon.made_once import made_once

_MADE: list[int] = []


def _make() -> str:
    _MADE.append(1)
    return "one\ntwo"


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Keep texts in an empty folder."""
    monkeypatch.setattr(module, "user_cache_path", lambda _: tmp_path)
    _MADE.clear()
    return tmp_path / "derived"


def test_a_text_is_made_once(cache: Path) -> None:
    """The second time it comes from the cache."""
    assert ["one\ntwo", "one\ntwo"] == [made_once("words", _make, ["babel"]) for _ in range(2)]
    assert [1] == _MADE
    assert 1 == len(list(cache.iterdir()))


def test_a_damaged_text_is_made_again(cache: Path) -> None:
    """What does not fit its digest is not used."""
    made_once("words", _make, ["babel"])
    path = next(cache.iterdir())
    path.write_bytes(path.read_bytes()[:-1])
    assert "one\ntwo" == made_once("words", _make, ["babel"])
    assert [1, 1] == _MADE
    assert path.read_bytes().endswith(b"two")


def test_a_text_depends_on_its_files(cache: Path, tmp_path: Path) -> None:
    """A changed vocabulary makes another text; the oldest of them go."""
    words = tmp_path / "words.toml"
    for number in range(6):
        words.write_text(str(number))
        made_once("words", _make, ["babel"], words)
    assert 6 == len(_MADE)
    assert 4 == len(list(cache.iterdir()))


def test_a_cache_that_cannot_be_written_does_no_harm(cache: Path) -> None:
    """Then each process makes its own."""
    cache.write_text("a file where the folder should be")
    assert "one\ntwo" == made_once("words", _make, ["babel"])
    assert [1] == _MADE
