"""The marks of code: a change makes stale the fields that it can reach, and no others."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from extract.asking import code_marks as marks_module
from extract.asking.code_marks import CodeMarks, code_marks
from extract.asking.schema import schema_of
from extract.kinds import Phrase
from extract.lexicon import names
from extract.posting import Posting

SCHEMA = schema_of(Posting)
ALL = {field.name for field in SCHEMA.fields}

OF_TEXT = {"layout", "planted", "roles", "shifts"}
"""Word lists that make a text of a page, or separate postings: what is kept is the text."""


class Shout(Phrase):
    """A kind of the user's own."""


class Own(BaseModel):
    """A page."""

    title: Annotated[str | None, Shout()] = None
    place: str | None = None


def stale_after(monkeypatch: pytest.MonkeyPatch, changed: str) -> set[str]:
    """Return which fields are stale once a module is another one."""
    before = code_marks(SCHEMA)
    module = marks_module._module

    def other(name: str) -> Any:
        return replace(module(name), digest="other") if name == changed else module(name)

    monkeypatch.setattr(marks_module, "_module", other)
    return set(before.stale(code_marks(SCHEMA)))


def test_the_same_code_leaves_nothing_stale() -> None:
    """Also after the marks were written and read."""
    marks = code_marks(SCHEMA)
    assert frozenset() == CodeMarks.read(str(marks)).stale(marks)
    assert all(marks.fields.values())


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("extract.kinds.pay.unite", {"salary"}),
        ("extract.kinds.schooling", {"education"}),
        ("extract.kinds.dates.purpose", {"posted_on", "closes_on", "starts_on"}),
        ("extract.kinds.skills.skill_names", {"skills"}),
        ("extract.models.client", set()),
        ("extract.runs.journal", set()),
        ("extract.output.json_rows", set()),
        ("extract.lexicon.table", ALL),
        ("extract.asking.grounder", ALL),
        ("extract.kinds.kind", ALL),
        ("extract.posting", ALL),
        ("extract.reading.advert", ALL),
        ("extract.reading.condition", ALL),
        ("extract.record", ALL),
    ],
)
def test_a_module_makes_stale_what_imports_it(
    monkeypatch: pytest.MonkeyPatch, changed: str, expected: set[str]
) -> None:
    """A kind's module its fields, what all fields share every one."""
    assert changed in marks_module._modules()
    assert expected == stale_after(monkeypatch, changed)


def test_a_kind_makes_stale_the_kinds_that_build_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pay and companies look at places."""
    stale = stale_after(monkeypatch, "extract.kinds.places.joining")
    assert {"locations", "salary", "company"} <= stale
    assert "experience_years" not in stale


@pytest.mark.parametrize(
    ("word_list", "expected"),
    [("education", {"education"}), ("hours", {"hours_per_week"}), ("advert", ALL)],
)
def test_a_word_list_makes_stale_what_names_it(
    monkeypatch: pytest.MonkeyPatch, word_list: str, expected: set[str]
) -> None:
    """By the name that stands in the code, or in the kind's own options."""
    before, lists = code_marks(SCHEMA), dict(marks_module._word_lists())
    monkeypatch.setattr(marks_module, "_word_lists", lambda: lists | {word_list: "other"})
    assert expected == set(before.stale(code_marks(SCHEMA)))


def test_every_word_list_is_somebodys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that no code names would change rows without a mark that says so."""
    lists, before = dict(marks_module._word_lists()), code_marks(SCHEMA)
    assert set(names()) == lists.keys()
    unnamed = set()
    for name in lists:
        monkeypatch.setattr(marks_module, "_word_lists", lambda name=name: lists | {name: "other"})
        if not before.stale(code_marks(SCHEMA)):
            unnamed.add(name)
    assert unnamed <= OF_TEXT


@pytest.mark.parametrize("part", ["_library", "_file_of"])
def test_libraries_and_the_schemas_file_make_all_stale(
    monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """A library that reads dates, or a validator of the user's."""
    before = code_marks(SCHEMA)
    monkeypatch.setattr(marks_module, part, lambda _: "other")
    assert ALL == before.stale(code_marks(SCHEMA))


def test_a_kind_of_the_users_is_always_stale() -> None:
    """What it imports is not known."""
    marks = code_marks(schema_of(Own))
    assert {"title"} == marks.stale(marks)
