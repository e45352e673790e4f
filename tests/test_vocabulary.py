"""The vocabulary files: their layout, their words, and the expressions made of them."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.lexicon import load, pattern, scan, words
from extract.lexicon.wording import Match, Tables, clause, compiled, matches, sentence
from extract.values import Document, Line, Span

NAMES = sorted(
    entry.name.removesuffix(".toml")
    for entry in files("extract.lexicon").iterdir()
    if entry.name.endswith(".toml")
)
CHOICES = [
    "codes",
    "education",
    "employment_types",
    "importance",
    "negation",
    "seniority",
    "workplace",
]
LANGUAGES = {"en", "de", "fr", "es", "cs", "sv", "ja"}
VALUES = {
    "employment_types": {
        "full_time",
        "part_time",
        "contract",
        "temporary",
        "internship",
        "apprenticeship",
        "volunteer",
        "per_diem",
    },
    "workplace": {"onsite", "remote", "hybrid"},
    "seniority": {"intern", "entry", "mid", "senior", "lead", "manager", "director", "executive"},
    "education": {"none", "high_school", "associate", "bachelor", "master", "doctorate"},
}


@pytest.mark.parametrize("name", NAMES)
def test_every_file_says_where_it_comes_from(name: str) -> None:
    """A vocabulary opens with a comment on its source, and parses."""
    text = files("extract.lexicon").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    assert text.startswith("#")
    assert load(name)


@pytest.mark.parametrize("name", CHOICES)
def test_every_table_lists_words_that_compile(name: str) -> None:
    """Tables hold lists of non-empty words, each a valid expression that matches no empty text."""
    for table, languages in load(name).items():
        for language, listed in languages.items():
            assert listed, (name, table, language)
            for word in listed:
                assert word == word.strip()
                assert compiled([word]).search("") is None, (name, table, word)


@pytest.mark.parametrize("name", CHOICES)
def test_plain_words_are_found_whole(name: str) -> None:
    """Every plain word is found in a text that holds it, in any case, and not inside a word."""
    for table in load(name):
        for word in words(name, table):
            if word.startswith("~"):
                continue
            for text in (word, word.upper()):
                found = compiled([word]).search(f"({text})")
                # Upper case is not always of the same length ("ß"), nor lower case again.
                assert found or text.lower() != word, (name, table, word)
            if word.isascii() and word[-1].isalpha():
                assert compiled([word]).search(f"x{word}x") is None


@pytest.mark.parametrize("name", sorted(VALUES))
def test_every_value_has_words_in_seven_languages(name: str) -> None:
    """A closed vocabulary covers all its values, in all the languages of the project."""
    for value in VALUES[name]:
        assert load(name)[value].keys() >= LANGUAGES, (name, value)


@pytest.mark.parametrize("name", sorted(VALUES))
def test_no_word_has_two_values(name: str) -> None:
    """A plain word of one language stands in one table only."""
    seen: dict[tuple[str, str], str] = {}
    for value in VALUES[name]:
        for language, listed in load(name)[value].items():
            for word in listed:
                assert seen.setdefault((language, word), value) == value, (language, word)


def test_load_pattern_and_words_agree() -> None:
    """A table's expression finds the words of all its languages."""
    found = pattern("workplace", "hybrid")
    assert {"hybrid", "híbrido"} <= set(words("workplace", "hybrid"))
    assert found.search("Modell: HYBRID")
    assert found.search("hybridization") is None


def test_an_unknown_vocabulary_is_an_error() -> None:
    """A name without a file does not pass for an empty vocabulary."""
    with pytest.raises(FileNotFoundError):
        load("colours")


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("full-time", "FULL_TIME", "FULL_TIME"),
        ("full-time", "full\u2011time", "full\u2011time"),
        ("full-time", "fulltime", "fulltime"),
        ("bachelor's degree", "Bachelor’s  degree", "Bachelor’s  degree"),
        ("bachelor's", "bachelors", "bachelors"),
        ("hybrid", "DeveloperHybridUS", "Hybrid"),
        ("remote", "_Remote_", "Remote"),
        ("大卒", "学歴大卒以上", "大卒"),
        ("~bac\\s*\\+\\s*2", "Bac +2", "Bac +2"),
    ],
)
def test_spelling_varies(word: str, text: str, expected: str) -> None:
    """Hyphens, apostrophes, spaces and words run together do not hide a word."""
    found = compiled([word]).search(text)
    assert found is not None
    assert expected == found.group()


def test_a_scan_keeps_to_its_range() -> None:
    """A word that begins before the range, or runs out of it, is not found."""
    text = "remote, remote, remote"
    assert [8] == [hit.start() for hit in scan("workplace", "remote", text, 1, 20)]


def test_words_run_together_begin_at_a_change_of_case() -> None:
    """A short word may end at a capital, and the next one begins there."""
    text = "HybridUsCitizens"
    assert [Match(6, 8, "here")] == list(matches(Tables({"here": ["us"]}), text, Span(0, 16)))


def test_no_words_match_nothing() -> None:
    """An empty list is an expression that never matches."""
    assert compiled([]).search("anything") is None


def test_the_longer_match_stays_and_ties_go_to_the_later() -> None:
    """A longer wording takes the place of the word inside it."""
    tables = Tables({"a": ["red"], "b": ["red wine"], "c": ["red"]})
    text = "red wine, red"
    assert [Match(0, 8, "b"), Match(10, 13, "c")] == list(matches(tables, text, Span(0, 13)))


@given(st.text(alphabet="ab .,;:()\n-", max_size=120), st.data())
def test_a_clause_keeps_its_span_and_its_bounds(text: str, data: st.DataObject) -> None:
    """Widening never leaves the bounds, loses the words, or runs over five words a side."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    within = Span(data.draw(st.integers(0, start)), data.draw(st.integers(end, len(text))))
    found = clause(text, Span(start, end), within)
    assert within.covers(found)
    assert found.covers(Span(start, end))
    assert start - found.start <= 40
    assert found.end - end <= 40


@given(st.text(alphabet="aB .!?;\n•e", max_size=120), st.data())
def test_a_sentence_keeps_its_span_and_its_line(text: str, data: st.DataObject) -> None:
    """A sentence holds its span and stays in its line."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    source = Document("a", "a", text, (Line(1, Span(0, len(text))),))
    found = sentence(source, Span(start, end))
    assert found.covers(Span(start, end))
    assert Span(0, len(text)).covers(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two X three. Four", "Two X three."),
        ("A plan, e.g. for X here. Next", "A plan, e.g. for X here."),
        ("Zuerst • Dann X • Zuletzt", "Dann X"),
        ("終わり。次のX です。また", "次のX です。"),
        ("we bakeThen X", "Then X"),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: str) -> None:
    """Full stops, bullets, ideographic stops and glued capitals end a sentence."""
    source = Document("a", "a", text, (Line(1, Span(0, len(text))),))
    start = text.index("X")
    found = source.quote(sentence(source, Span(start, start + 1)))
    assert expected == re.sub(r"\s+$", "", found)
