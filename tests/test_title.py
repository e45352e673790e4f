"""The title is the first of a headline, and two titles run together are a conflict, not one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.kinds import Finding, Settled, Title
from extract.text.document import from_text
from extract.values import Document, Span


def span_of(document: Document, words: str) -> Span:
    """Return where the words first stand."""
    start = document.text.index(words)
    return Span(start, start + len(words))


def expanded(text: str, chosen: str) -> list[str]:
    """Return what the words that a model chose stand for."""
    document = from_text(text, id="1", source="-")
    return [document.quote(s) for s in Title().expand(document, span_of(document, chosen))]


def settled(text: str, *chosen: str) -> Settled:
    """Settle the titles that a model names in a text."""
    document = from_text(text, id="1", source="-")
    title = Title()
    return title.settle(
        document,
        [
            Finding(span, words)
            for mention in chosen
            for span in title.expand(document, span_of(document, mention))
            for words in title.read(document, span)
        ],
    )


@pytest.mark.parametrize(
    ("first", "chosen", "rest"),
    [
        ("Night Nurse Ward B", "Care Coordinator", ", Elderly"),
        ("Data Engineer", "Platform Architect", " (Hybrid)"),
        ("Konstruktionsleiter Stahlbau", "Technischer Berater", ""),
        ("Chef de rang", "Responsable de salle", ""),
        ("Jefe de cocina", "Ayudante de sala", ""),
        ("Vedoucí směny", "Hlavní technik", ""),
        ("Erfaren sjuksköterska", "Ansvarig säljare", ""),
    ],
)
def test_two_titles_run_together_are_two(first: str, chosen: str, rest: str) -> None:
    """What stands before the named title in its line is a title too, where it names one."""
    assert [first, chosen + rest] == expanded(f"{first} {chosen}{rest}", chosen)


@pytest.mark.parametrize(
    ("headline", "chosen"),
    [
        ("Assistant to the Managing Director", "Managing Director"),
        ("Personal assistant for our Chief Engineer", "Chief Engineer"),
        ("Regional Director / Senior Analyst", "Senior Analyst"),
        ("Sales Manager - Head Baker", "Head Baker"),
        ("Team Lead & Senior Welder", "Senior Welder"),
        ("Head Cook, Pastry Chef", "Pastry Chef"),
        ("Managing Director (Senior Analyst)", "Senior Analyst"),
    ],
)
def test_a_beginning_that_goes_on_is_no_title_of_its_own(headline: str, chosen: str) -> None:
    """A joint or a preposition says that the two belong together."""
    assert [chosen] == expanded(headline, chosen)


@pytest.mark.parametrize(
    ("headline", "chosen"),
    [
        ("Miller & Sons Bakery Senior Baker", "Senior Baker"),
        ("Join the night shift Senior Baker", "Senior Baker"),
        ("Manager Senior Baker", "Senior Baker"),
        ("Senior Analyst Full time in Leeds", "Full time"),
        ("Senior Baker", "Senior Baker"),
    ],
)
def test_other_words_before_a_title_are_none(headline: str, chosen: str) -> None:
    """A company, a call or one word alone is not a title, and neither is any chosen phrase."""
    assert [chosen] == expanded(headline, chosen)


def test_a_long_line_of_prose_is_no_headline() -> None:
    """A title in a sentence stands for itself."""
    words = "The head nurse of ward B works well with the team that includes a Care Coordinator too"
    prose = f"{words}, and all of them agree that the oven in the kitchen is still due for repair"
    assert len(prose) > 160
    assert ["Care Coordinator"] == expanded(prose, "Care Coordinator")


def test_words_between_lines_stand_for_themselves() -> None:
    """A span that no line holds has no headline before it."""
    document = Document("1", "-", "Head Nurse Care Coordinator", ())
    assert (Span(11, 27),) == Title().expand(document, Span(11, 27))


def test_two_titles_conflict_and_the_first_is_the_value() -> None:
    """Both are evidence, in the order of the text, and the note names both."""
    text = "Night Nurse Ward B Care Coordinator, Elderly"
    found = settled(text, "Care Coordinator")
    assert "Night Nurse Ward B" == found.value
    assert "conflicting" == found.state
    assert (("", Span(0, 18)), ("", Span(19, len(text)))) == found.evidence
    assert "the first of several: Night Nurse Ward B; Care Coordinator, Elderly" == found.note


def test_the_first_in_the_text_wins_whatever_the_model_names_first() -> None:
    """The headline stands above the body."""
    found = settled("Senior Baker\nWe seek a Head of Pastry", "Head of Pastry", "Senior Baker")
    assert ("Senior Baker", "conflicting") == (found.value, found.state)


@pytest.mark.parametrize(
    "other", ["SENIOR BAKER", "Baker, Senior", "Senior Baker (m/f)", "Senior-Baker"]
)
def test_other_wordings_of_one_title_agree(other: str) -> None:
    """Case, order, punctuation and an addition do not make another title."""
    found = settled(f"Senior Baker\nApply as {other} today", "Senior Baker", f"{other} today"[:-6])
    assert ("Senior Baker", "stated", None) == (found.value, found.state, found.note)


def test_the_value_is_what_stands_there_without_its_marks() -> None:
    """White space is folded; quotation marks and separators around the title are left out."""
    document = from_text("| “Senior\t Baker”, |", id="1", source="-")
    assert ("Senior Baker",) == Title().read(document, Span(0, len(document.text)))


def test_a_sentence_is_no_title() -> None:
    """More words than a title has are not read as one."""
    document = from_text("We bake bread " * 10, id="1", source="-")
    assert () == Title().read(document, document.lines[0].span)


def test_likeness_of_titles() -> None:
    """Order and case do not matter, another occupation does."""
    title = Title()
    assert 1.0 == title.similarity("Baker, Senior", "senior baker")
    assert title.similarity("Senior Baker", "Junior Accountant") < 0.5


WORDS = ("Head", "of", "Grants", "Senior", "Baker", "Manager,", "Leeds", "/", "Assistant", "to")


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), st.data())
def test_what_a_title_stands_for_covers_it_within_its_line(
    words: list[str], data: st.DataObject
) -> None:
    """Expanding never leaves the line, never loses the chosen words and never overlaps."""
    document = from_text(" ".join(["Now", *words]), id="1", source="-")
    start = document.text.index(data.draw(st.sampled_from(words)))
    chosen = Span(start, data.draw(st.integers(start + 1, len(document.text))))
    spans = Title().expand(document, chosen)
    assert spans[-1].covers(chosen)
    assert spans == tuple(sorted(spans))
    assert not any(one.overlaps(other) for one, other in pairwise(spans))
    assert all(document.lines[0].span.covers(span) or span == chosen for span in spans)


@pytest.mark.parametrize("words", ["Vacatures", "Jobs", "Lediga jobb"])
def test_the_name_of_a_page_of_jobs_is_no_title(words: str) -> None:
    """It heads every posting of a site."""
    document = from_text(f"{words}\nCook", id="1", source="-")
    assert () == Title().read(document, Span(0, len(words)))


@pytest.mark.parametrize(
    ("headline", "title"),
    [
        ("Oven & Sons is hiring a Pastry Chef", "Pastry Chef"),
        ("Oven & Sons job posting: Bakery Coordinator", "Bakery Coordinator"),
        ("Bäckerei Krust sucht einen Bäcker (m/w/d)", "Bäcker (m/w/d)"),
        (
            "Krustlab sucht eine Person für Öffentlichkeitsarbeit",
            "Person für Öffentlichkeitsarbeit",
        ),
        ("Boulangerie du Four recherche un boulanger (H/F)", "boulanger (H/F)"),
        ("Hotel Sol busca camarero", "camarero"),
        ("Ledig tjänst som verksamhetsledare", "verksamhetsledare"),
        ("Nabór na stanowisko kierownika piekarni", "kierownika piekarni"),
        ("Ingénieur recherche et développement", "Ingénieur recherche et développement"),
        ("Hiring Manager", "Hiring Manager"),
        ("Oberarzt Klinik für Sucht", "Oberarzt Klinik für Sucht"),
        ("Camarero cerca de Madrid", "Camarero cerca de Madrid"),
        ("Bäcker gesucht!", "Bäcker"),
        ("제빵사 모집", "제빵사"),
        ("パン職人募集中", "パン職人"),
        ("Wanted", "Wanted"),
    ],
)
def test_of_who_seeks_whom_the_title_is_whom(headline: str, title: str) -> None:
    """Verbs of seeking, and no nouns that look like them."""
    assert title == settled(f"{headline}\nApply now", headline).value


@pytest.mark.parametrize(
    "words",
    [
        "Careers",
        "Rekrutacja",
        "採用情報",
        "Join our team!",
        "Taken",
        "Benefits",
        "Karrier lehetőség",
    ],
)
def test_a_page_or_a_part_of_one_is_no_title(words: str) -> None:
    """What a page of jobs is called, and the headings of its parts."""
    document = from_text(f"{words}\nPastry Chef\nApply now", id="1", source="-")
    assert not Title().read(document, span_of(document, words))
    assert Title().read(document, span_of(document, "Pastry Chef")) == ("Pastry Chef",)


RYE = (
    "Rye bread needs time, and we bake it at night. You knead, shape and bake with two colleagues, "
    "and we look for somebody who can start in May.\nWe offer: £14 an hour.\nApply by 5 May 2027."
)


def instead(text: str) -> list[str]:
    """Return what stands for a title where the answer has none."""
    document = from_text(text, id="1", source="-")
    return [document.quote(span) for span in Title().instead(document)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Work with us\nJob title | Master of rye\n{RYE}", ["Master of rye"]),
        (f"# Careers\n\n# Night Baker (m/f/d)\n\n{RYE}", ["Night Baker (m/f/d)"]),
        (f"# Careers\n\n{RYE}", []),
        ("# Our ovens\n\n# The baker of the past\n\nBread has been baked since antiquity.", []),
    ],
)
def test_a_label_or_a_headline_stands_for_a_title_that_is_none(
    text: str, expected: list[str]
) -> None:
    """A headline only where the page offers an opening, and if it reads like a title."""
    assert instead(text) == expected


def test_a_name_of_the_site_gives_way_to_a_headline(monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not read like a title, and the headline does."""
    like = {"Oven | Bread for all": 0.01, "Night Baker": 0.99}
    monkeypatch.setattr("extract.kinds.title._likeness", lambda words: like.get(words, 0.0))
    monkeypatch.setattr("extract.kinds.title.likelihood", lambda document: 0.9)
    text = f"Oven | Bread for all\n\n# Night Baker\n\n{RYE}"
    assert settled(text, "Oven | Bread for all").value == "Night Baker"
    like["Night Baker"] = 0.6
    assert settled(text, "Oven | Bread for all").value == "Oven | Bread for all"


def test_the_name_of_the_page_beside_the_employers_is_no_title(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The other part does not read like a title at all; "Kellner" hardly does, and is one."""
    like = {"Kleinkrust": 0.01, "Kellner": 0.06}
    monkeypatch.setattr(
        "extract.kinds.title_words.likeness_to_titles", lambda words: like.get(words, 1.0)
    )
    for words, found in (("Kleinkrust - Vacature", ()), ("Jobs | Kellner", ("Jobs | Kellner",))):
        document = from_text(words, id="1", source="-")
        assert Title().read(document, Span(0, len(words))) == found


@pytest.mark.parametrize(
    ("text", "chosen", "expected"),
    [
        ("Night Baker (m/f/d)\nOven & Sons\nLeeds", "Helper", "Night Baker (m/f/d)"),
        ("Oven & Sons\nNight Baker (m/f/d)\nLeeds", "Oven & Sons", "Night Baker (m/f/d)"),
        ("Night Baker (m/f/d)\nHelper\nLeeds\nFull time", "Helper", "Helper"),
        ("We look for a Night Baker.\nOven & Sons\nLeeds", "Helper", "Helper"),
        ("Oven & Sons\nLeeds\nFull time\nNow\nNight Baker (m/f/d)", "Helper", "Helper"),
    ],
)
def test_a_title_at_the_top_counts_more_than_words_below(
    text: str, chosen: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that certainly reads like a title, no sentence, and no line beside an occupation."""
    like = {"Night Baker (m/f/d)": 0.99, "We look for a Night Baker.": 0.99}
    monkeypatch.setattr("extract.kinds.title.reads_like_title", lambda words: like.get(words, 0.2))
    body = "" if chosen in text else "\nFull time\nYou are the Helper of all bakers"
    assert settled(text + body, chosen).value == expected


def test_an_occupation_under_its_label_stands_for_a_title_that_is_none() -> None:
    """A label of the kind of work counts where nothing else names the post."""
    text = f"採用情報\n募集要項\n職種 | パン職人\n雇用形態 | 正社員\n\n{RYE}"
    assert instead(text) == ["パン職人"]
    assert instead(f"Careers\nDepartment: Bakery\n\n{RYE}") == []


@pytest.mark.parametrize(
    ("line", "chosen", "expected"),
    [
        ("Night Baker for rye", "Night Baker", "Night Baker for rye"),
        ("Night Baker (m/f)", "Night Baker", "Night Baker"),
        ("Night Baker - Oven & Sons", "Night Baker", "Night Baker"),
        ("Night Baker Head Cook", "Night Baker", "Night Baker"),
    ],
)
def test_of_a_line_that_is_a_title_all_counts(
    line: str, chosen: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not beside another part or another occupation."""
    monkeypatch.setattr("extract.kinds.title.reads_like_title", lambda words: 0.99)
    assert settled(f"{line}\nOven & Sons\nLeeds", chosen).value == expected


def test_attributes_of_a_headline_are_no_part_of_a_title() -> None:
    """Pandoc writes them in braces; a heading of another part is no title with them either."""
    document = from_text("# Baker {#baker .job}\n\n# L’entreprise {#firm}", id="1", source="-")
    read = [Title().read(document, line.span) for line in document.lines]
    assert [*read] == [("Baker",), ()]


def test_of_a_labelled_title_all_counts() -> None:
    """A model that quotes its beginning means all of it."""
    assert expanded('Job title: Professor (W2) "Dough"\n', "Professor (W2)") == [
        'Professor (W2) "Dough"'
    ]


def test_the_first_line_stands_for_a_title_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it certainly reads like one, in a language whose occupations are not listed."""
    document = from_text("제빵사 모집 공고문\n오븐\n반죽을 합니다", id="1", source="-")
    monkeypatch.setattr("extract.kinds.title.likelihood", lambda document: 0.9)
    for like, found in ((0.95, ["제빵사 모집 공고문"]), (0.6, [])):
        monkeypatch.setattr("extract.kinds.title.reads_like_title", lambda words, like=like: like)
        assert [document.quote(span) for span in Title().instead(document)] == found


def test_a_line_for_all_genders_stands_for_a_title_that_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A notice without a headline says so beside the job."""
    text = "Über uns\nWir backen Brot.\nGeprüfte Brotfee (m/w/d)\nab sofort"
    document = from_text(text, id="1", source="-")
    monkeypatch.setattr("extract.kinds.title.likelihood", lambda document: 0.9)
    monkeypatch.setattr("extract.reading.job_titles.reads_like_title", lambda words: 0.7)
    read = [Title().read(document, span) for span in Title().instead(document)]
    assert read == [("Geprüfte Brotfee (m/w/d)",)]
