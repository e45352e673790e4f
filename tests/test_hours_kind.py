"""Hours of work a week, in eleven languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.kinds import WeeklyHours
from extract.kinds.kind import Finding
from extract.text.document import from_text
from extract.values import Document, Hours, Span

KIND = WeeklyHours()


def document(text: str) -> Document:
    """Cut a text into lines."""
    return from_text(text, id="a", source="a")


def hours(text: str) -> tuple[float | None, float | None] | None:
    """Read and settle what a text gives by itself, as the least and the most hours."""
    source = document(text)
    read = [(span, KIND.read(source, span)) for span in KIND.given(source)]
    findings = [Finding(span, value) for span, value in read if value is not None]
    if not findings:
        return None
    value = KIND.settle(source, findings).value
    return value.min, value.max


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 38-hour week at the mill", 38),
        ("a 37.5 hour working week", 37.5),
        ("forty hours a week", 40),
        ("Hours per week: 37.5", 37.5),
        ("Contracted hours: 22.5", 22.5),
        ("38,5-Stunden-Woche in der Sattlerei", 38.5),
        ("30 Std./Woche", 30),
        ("Die Wochenarbeitszeit beträgt 39 Stunden.", 39),
        ("20h/semaine à la tannerie", 20),
        ("35 heures hebdomadaires", 35),
        ("40 horas semanales", 40),
        ("37,5 hod./týden", 37.5),
        ("40 timmar i veckan", 40),
        ("週40時間", 40),
        ("36 ore settimanali", 36),
        ("36-urige werkweek", 36),
        ("44h semanais", 44),
        ("40 godzin tygodniowo", 40),
        ("37 timer om ugen", 37),
        ("32 h 30 par semaine", 32.5),
        ("Permanent, full time (35 hours)", 35),
        ("Hours: full time, 40 per week", 40),
        ("Temps plein, 40 heures", 40),
        ("Jornada completa de 44 horas", 44),
        ("Een fulltime baan van 38 uur", 38),
    ],
)
def test_one_figure_is_both_ends(text: str, expected: float) -> None:
    """A week of so many hours has neither more nor fewer."""
    assert (expected, expected) == hours(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20 to 30 hours a week", (20, 30)),
        ("mit 20-30 Wochenstunden", (20, 30)),
        ("32 tot 40 uur per week", (32, 40)),
        ("週20〜30時間", (20, 30)),
        ("up to 30 hours a week", (None, 30)),
        ("bis zu 30 Stunden pro Woche", (None, 30)),
        ("at least 20 hours per week", (20, None)),
        ("ab 20 Std./Woche", (20, None)),
        ("20+ hours/week", (20, None)),
        ("週20時間以上", (20, None)),
    ],
)
def test_ranges_and_open_ends(text: str, expected: tuple[float | None, float | None]) -> None:
    """The words around the figure say which end it is."""
    assert expected == hours(text)


@pytest.mark.parametrize(
    "text",
    [
        "8 hours a day, 5 days a week",
        "about 10 hours of overtime a week",
        "10 hours per week of overtime",
        "Our shop is open 60 hours a week",
        "10 Stunden pro Woche Weiterbildung",
        "1 hour a week",
        "120 hours per week",
        "週3日、1日5時間",
        "24/7 on call",
        "Full time (80 hours per fortnight)",
        "Insurance for employees who work 20+ hours per week",
        "£16 an hour",
    ],
)
def test_hours_of_something_else(text: str) -> None:
    """Hours of a day, of overtime and of a shop, and figures that no week has, give nothing."""
    assert hours(text) is None


def test_different_hours_are_not_given() -> None:
    """A full-time and a part-time week stand side by side: neither is the job's."""
    source = document("40 hours a week\nor\n20 hours a week")
    assert () == KIND.given(source)
    spans = KIND.propose(source)
    findings = [Finding(span, KIND.read(source, span)) for span in spans]
    settled = KIND.settle(source, findings)
    assert (Hours(min=40, max=40), "conflicting") == (settled.value, settled.state)


@pytest.mark.parametrize(
    "text",
    [
        "24 uur per week in de molen\nSalaris bij een 36-urige werkweek",
        "Mühle, 24 Wochenstunden\nGehalt auf Basis Vollzeit (40 Stunden)",
    ],
)
def test_what_pay_is_based_on_does_not_contradict(text: str) -> None:
    """The full-time week beside a salary is not the week of a part-time job."""
    assert (24, 24) == hours(text)


def test_a_quote_of_the_figure_is_enough() -> None:
    """The words that say it is of a week stand beside it."""
    source = document("Tanner, 32 hours per week")
    assert Hours(min=32, max=32) == KIND.read(source, Span(8, 10))
    assert KIND.read(source, Span(0, 6)) is None


def test_equal_hours_are_alike() -> None:
    """Both ends count."""
    assert 1.0 == KIND.similarity(Hours(min=20, max=30), Hours(min=20, max=30))
    assert 0.0 == KIND.similarity(Hours(min=20, max=30), Hours(min=20))


@given(st.integers(4, 60), st.sampled_from([0.0, 0.5, 0.25]))
def test_any_hours_of_a_week_are_read(whole: int, part: float) -> None:
    """With a decimal point or comma."""
    figure = f"{whole + part:g}"
    assert (whole + part, whole + part) == hours(f"Potter, {figure} hours per week")
    assert (whole + part, whole + part) == hours(f"Töpfer, {figure.replace('.', ',')} Std./Woche")


@given(st.text(max_size=80))
def test_any_text_is_read_without_error(text: str) -> None:
    """What is given says hours."""
    source = document(f"Potter\n{text}")
    for span in KIND.given(source):
        assert KIND.read(source, span) is not None
