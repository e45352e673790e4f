"""How likely a text offers an opening, and how the weights are learned."""

from __future__ import annotations

import math
import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.data.dataset import load
from evals.scoring.openings import (
    LabelledPage,
    learned,
    out_of_fold,
    page_of,
    rendered,
    without_vectors,
)
from extract.reading.advert import _weighed, likelihood, signs, terms
from extract.text.document import from_text

FILLING = "The ovens are old and the town is proud of them. " * 12


def seen(text: str) -> float:
    """Return how likely a text is a posting."""
    return likelihood(from_text(text, id="1", source="-"))


@pytest.mark.parametrize(
    "text",
    [
        "Baker\nLeeds",
        f"Night baker\n{FILLING}\nWe are looking for help. Apply by Friday.",
        f"Öfen\n{FILLING}\nWir suchen Hilfe. Bewirb dich jetzt! Deine Aufgaben: backen.",
        f"Title: Night baker\nCompany: Oven & Sons\nLocation: Leeds\n{FILLING}",
        (
            f"Baker\n{FILLING}\nRequirements\n- A licence to drive the van\n"
            "Benefits\n- Bread for the whole family\nApply now"
        ),
        f"Vacancy 12/2027\nGrade: 7\nClosing date: 5 May 2027\nDuty station: Fern\n{FILLING}",
        f"Пекарь\n{FILLING}\nТребования: опыт. Условия: чай и хлеб. Обязанности: печь.",
        "製パンスタッフ募集\n勤務地：浜松市\n応募資格：未経験可\n給与：月給20万円",
    ],
)
def test_an_opening_is_seen(text: str) -> None:
    """By its headline, its header, its parts, or the words of an offer."""
    assert seen(text) >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "How to write a cover letter\nKeep it to one page. Recruiters read two hundred a week.",
        "12 interview questions for bakers\nWhat do they ask? How do you answer? Prepare well.",
        "Vacancies\nThere are no vacancies at the moment.",
        "Page not found\nThe page you are looking for does not exist.",
        f"Was verdient man als Bäcker?\n{FILLING}\nDer Gehaltsvergleich zeigt: es kommt darauf an.",
    ],
)
def test_a_page_about_work_offers_none(text: str) -> None:
    """Whatever pay and places it names."""
    assert seen(text) < 0.5


def test_pages_that_the_weights_were_not_learned_from() -> None:
    """Of the test split nine in ten are judged right by code alone."""
    cases = [case for case in load("evals/datasets/postings").selected("test") if case.page is None]
    judged = []
    for case in cases:
        if case.id != "en-careers-shell":
            fits = likelihood(case.document()) >= 0.5
            judged.append(fits in case.gold["is_posting"])
    assert sum(judged) / len(judged) >= 0.9


@given(st.text(max_size=400))
def test_any_text_has_a_likelihood(text: str) -> None:
    """From 0 to 1, by signs that are finite numbers."""
    document = from_text(f"A {text}", id="1", source="-")
    assert 0 <= likelihood(document) <= 1
    assert all(math.isfinite(value) for value in signs(document).values())


def test_scripts_without_spaces_give_pairs_of_letters() -> None:
    """A pair of words does not reach over a line."""
    assert {"we", "bake", "we bake", "求人"} == terms(
        from_text("We bake\n求人", id="1", source="-")
    )


def _pages(count: int) -> list[LabelledPage]:
    """Return pages of two kinds that differ in one word and one sign."""
    rows = (
        {"id": str(at), "text": text, "is_posting": bool(at % 2)}
        for at, text in enumerate(
            ("A tale of ovens and rivers, told twice", "Apply: ovens and rivers, baker wanted")
            * count
        )
    )
    return [page_of(row) for row in rows]


def test_what_tells_pages_apart_is_learned() -> None:
    """Also of pages that were held out; words of both kinds weigh little."""
    pages = _pages(12)
    weights = learned(pages)
    assert weights.words["apply"] > 0 > weights.words["tale"]
    assert abs(weights.words["ovens"]) < weights.words["apply"]
    likely = out_of_fold(pages)
    assert all((p >= 0.5) == page.is_posting for p, page in zip(likely, pages, strict=True))


def test_the_file_of_weights_says_what_was_learned() -> None:
    """It reads back as the same weights, and only so many words are kept."""
    weights = learned(_pages(12), most_words=4)
    table = tomllib.loads(rendered(weights))
    assert 4 >= len(table["words"]) >= 1
    assert table["bias"] == pytest.approx(weights.bias, abs=1e-4)
    assert table["signs"] == pytest.approx(dict(weights.signs), abs=1e-4)


def test_headings_without_content_are_no_parts_of_a_posting() -> None:
    """A template that a script would fill has them all."""
    headings = ("Key responsibilities", "Requirements", "We offer")
    empty = from_text("\n".join(f"# {name}\nShow more" for name in headings), id="1", source="-")
    duty = "Bake bread for the whole town"
    filled = from_text("\n".join(f"# {name}\n{duty}" for name in headings), id="1", source="-")
    assert (0, 3) == (signs(empty)["parts"], signs(filled)["parts"])


@pytest.mark.parametrize(
    "headline",
    ["Initiativbewerbung", "# Open application: join us", "Candidature spontanée"],
)
def test_a_headline_of_an_open_application_is_of_another_kind(headline: str) -> None:
    """Nobody is sought for one certain job; a line of prose about them is no headline."""
    name = "headline of another kind"
    assert 1.0 == signs(from_text(f"{headline}\nWe look forward to it"))[name]
    prose = "Open applications are welcome for our bakery team in the north of England"
    assert 0.0 == signs(from_text(f"Baker\n{prose}"))[name]


def test_weights_of_vectors_are_learned_beside_those_of_words() -> None:
    """Added up as a page is judged; what only the vectors tell is learned from them."""
    seen = _pages(1)[0].signs
    pages = [
        replace(page, terms=frozenset({"ovens"}), signs=seen, vector=(float(page.is_posting), 0.5))
        for page in _pages(12)
    ]
    weights = learned(pages)
    assert weights.vector[0] > 0
    table = tomllib.loads(rendered(weights))
    for page in pages:
        likely = _weighed(table, page.signs, set(page.terms), page.vector)
        assert likely == pytest.approx(weights.likelihood(page), abs=1e-3)
        assert (likely >= 0.5) == page.is_posting
    assert not learned(without_vectors(pages)).vector
