"""Nested models and unions of them: their fields, and how like two of them are."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from extract.asking.schema import schema_of
from extract.kinds import Finding, Group, Kind, Phrase, Variants, members
from extract.values import Document, Span


class Jar(BaseModel):
    """A jar."""

    kind: Literal["jar"] = "jar"
    of: str | None = None
    grams: int | None = None
    tags: list[str] = []


class Box(BaseModel):
    """A box."""

    kind: Literal["box"] = "box"
    of: str | None = None
    side: int | None = None


class Shelf(BaseModel):
    """A shelf."""

    jar: Jar | None = None
    best: Annotated[Jar | Box, Field(discriminator="kind")] | None = None


JAR, BEST = (field.kind for field in schema_of(Shelf).fields)


@pytest.mark.parametrize(
    ("found", "expected", "share"),
    [
        ({"of": "honey", "grams": 250}, {"of": "honey", "grams": 250}, 1.0),
        ({"of": "honey", "grams": 250}, {"of": "honey", "grams": 500}, 0.5),
        ({"of": "honey"}, {"of": "honey", "grams": 500}, 0.5),
        ({"tags": ["raw", "dark"]}, {"tags": ["dark"]}, 0.5),
        ({"tags": ["raw"]}, {"tags": []}, 0.0),
        ({}, {}, 1.0),
    ],
)
def test_models_are_as_alike_as_the_share_of_their_fields(
    found: dict[str, Any], expected: dict[str, Any], share: float
) -> None:
    """Of those that either has: as models, and as the values that they are made of."""
    asked = Group(Jar, tuple(field for field in schema_of(Jar).fields if field.name != "kind"))
    assert share == asked.similarity(found, expected)
    both = Jar.model_validate(found), Jar.model_validate(expected)
    assert share == asked.similarity(*both)


def test_variants_are_compared_within_one_tag() -> None:
    """A jar is no box, whatever is in it."""
    assert 0.0 == BEST.similarity(Jar(of="honey"), Box(of="honey"))
    assert 1.0 == BEST.similarity(Jar(of="honey"), Jar(of="honey"))


def test_members_are_the_fields_below() -> None:
    """Of a union each name once; of another kind none."""
    assert ["kind", "of", "grams", "tags"] == [field.name for field in members(JAR)]
    assert ["of", "grams", "tags", "side"] == [field.name for field in members(BEST)]
    assert () == members(Phrase())
    assert isinstance(BEST, Variants)


@pytest.mark.parametrize("kind", [JAR, BEST])
def test_words_alone_give_no_model(kind: Kind) -> None:
    """It is asked by its fields, wherever in the document they stand."""
    document = Document("1", "-", "honey", ())
    assert None is kind.read(document, Span(0, 5))
    assert None is kind.propose(document)
    assert kind.by_value
    assert {} == kind.parts
    assert "a" == kind.settle(document, [Finding(Span(0, 5), "a"), Finding(Span(0, 5), "b")]).value


def test_a_schemas_hash_depends_on_the_fields_of_its_nested_models() -> None:
    """Another description inside asks something else."""

    class Other(Jar):
        """A jar."""

        of: str | None = Field(None, description="what is in it")

    class Second(Shelf):
        """A shelf."""

        jar: Other | None = None  # type: ignore[assignment]

    assert schema_of(Shelf).sha256 != schema_of(Second).sha256
