"""Requisition and vacancy numbers, and the numbers that are none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.kinds.codes import Codes
from extract.kinds.kind import Finding
from extract.text.document import from_text
from extract.values import Document, Line, Span

KIND = Codes()


def document(text: str) -> Document:
    """Cut a text into lines."""
    found = re.finditer(r"[^\n\s][^\n]*", text)
    lines = tuple(Line(number, Span(*match.span())) for number, match in enumerate(found, 1))
    return Document("a", "a", text, lines)


def codes(text: str) -> list[str]:
    """Read every proposal."""
    source = document(text)
    return [code for span in KIND.propose(source) for code in KIND.read(source, span) or ()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Job # 208412 3068231 Locations France", ["208412", "3068231"]),
        ("Job ID: 123, 456 and 789", ["123", "456", "789"]),
        ("Job #208412", ["208412"]),
        ("Req ID: R-12345", ["R-12345"]),
        ("Auto req ID: 24829BR", ["24829BR"]),
        ("Requisition Number 3016210", ["3016210"]),
        ("(Search # 3016210)", ["3016210"]),
        ("Vacancy No. 24/117", ["24/117"]),
        ("Ref. AB/123-4.", ["AB/123-4"]),
        ("Referenznummer: 4711-X", ["4711-X"]),
        ("Kennziffer 12/2024", ["12/2024"]),
        ("Stellen-ID 55123", ["55123"]),
        ("Référence : DEV2024", ["DEV2024"]),
        ("Référence à rappeler dans votre courrier : 88KL", ["88KL"]),
        ("Referencia: 12345", ["12345"]),
        ("číslo pozice: 998877", ["998877"]),
        ("Referensnummer 2024/15", ["2024/15"]),
        ("求人番号：13010-12345678", ["13010-12345678"]),
        ("PositionID: 16-ABC-439-P", ["16-ABC-439-P"]),
        ("identifier.value: abc123def", ["abc123def"]),
        ("id: da4d4dd2e94f\ntitle: Cook", ["da4d4dd2e94f"]),
        ("Job ID\n900959\nTitle code\n21744", ["900959"]),
        ("https://jobs.example/apply?jobId=5512", ["5512"]),
        ("Position : P-3107", ["P-3107"]),
        ("Advt. No. KTC/HR/12/2023-24", ["KTC/HR/12/2023-24"]),
        ("apply quoting GL-WV-0417", ["GL-WV-0417"]),
        ("No d’affichage | 31-5520", ["31-5520"]),
        ("Ref.nr: OVN 2025/88", ["OVN 2025/88"]),
        ("Vacature 2024-117", ["2024-117"]),
        ("求人番号「K-3311-KM」", ["K-3311-KM"]),
        ("do předmětu napište UP-2025-7", ["UP-2025-7"]),
        ("data.posting.id: 73310", ["73310"]),
        ("data.company.id: 73310", []),
        ("Our position: 40 bakers in 3 towns", []),
        ("https://jobs.example/GetJob/ViewDetails/641132200", ["641132200"]),
        ("https://jobs.example/apply?trackingId=77ab31", []),
        ("Stillingsnummer: 2782200", ["2782200"]),
        ("Номер вакансии: 55-12", ["55-12"]),
        ("Číslo ponuky: 880142", ["880142"]),
        ("Job ID: B-77. https://jobs.example/apply?jk=5512", ["B-77"]),
        ("Job ID: B-77. https://jobs.example/jobs/641132200", ["B-77", "641132200"]),
    ],
)
def test_announced_codes_are_read(text: str, expected: list[str]) -> None:
    """All codes behind a cue are read, without the punctuation around them."""
    assert expected == codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Title Code No: 91830",
        "Level: GS-14",
        "Job No: GS-14",
        "Job 104 of 500",
        "Phone number 555 123 4567",
        "Reference checks 2024",
        "province.id: 33",
        "author.id: 555666777",
        "Postal code: 12345",
        "licence number 123456",
        "VAT number GB123456",
        "Job ID: dbea8636-4d80-418c-8aa4-018ab9229b35",
        "Ref: 12/05/2024",
        "Job Number: $50,000",
        "quoting the reference number of this notice",
        "category abc-cat-doc",
        "Our 300 employees",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    """Grades, dates, amounts and the numbers of other things are no job numbers."""
    assert () == KIND.propose(document(text))


def test_a_key_id_counts_only_at_the_top() -> None:
    """Further down, "id" names something inside the record."""
    assert [] == codes("title: Cook\ncity: Paris\nteam: kitchen\nid: 555666777")


def test_a_proposal_holds_its_cue() -> None:
    """The model sees what announces the number."""
    source = document("Chef wanted. Job ID: 4455. Apply!")
    assert ["Job ID: 4455"] == [source.quote(span) for span in KIND.propose(source)]


def test_the_same_code_is_proposed_once() -> None:
    """A number repeated under another cue is no second choice."""
    assert ["44551"] == codes("Job ID: 44551\nRef: 44551")


def test_a_quote_of_the_code_alone_is_supported_by_its_cue() -> None:
    """The words before the quote count; a bare number is no job number."""
    source = document("Job ID: 4455 and 300 employees")
    assert ("4455",) == KIND.read(source, Span(8, 12))
    assert KIND.read(source, Span(17, 20)) is None


def test_distinct_codes_are_collected() -> None:
    """Equal codes share an item, each with its evidence."""
    found = [Finding(Span(0, 1), "A1"), Finding(Span(2, 3), "B2"), Finding(Span(4, 5), "A1")]
    settled = KIND.settle(document("a b c"), found)
    assert ["A1", "B2"] == settled.value
    assert (("0", Span(0, 1)), ("0", Span(4, 5)), ("1", Span(2, 3))) == settled.evidence


def test_similarity_ignores_case_and_punctuation() -> None:
    """R-12345 and r 12345 are one number; R-12346 is another."""
    assert (1.0, 0.0) == (
        KIND.similarity("R-12345", "r 12345"),
        KIND.similarity("R-12345", "R-12346"),
    )


CODE = st.from_regex(r"[A-Z]{1,3}-[0-9]{3,8}[A-Z]?", fullmatch=True)


@given(
    cue=st.sampled_from(["Req ID: ", "Job #", "Kennziffer ", "Référence : ", "求人番号："]),
    found=st.lists(
        CODE.filter(lambda code: not re.match(r"(?:GS|CN|WG|E)-", code)),
        min_size=1,
        max_size=4,
        unique=True,
    ),
)
def test_codes_come_back_as_written(cue: str, found: list[str]) -> None:
    """Whatever the code, behind a cue it is read as it stands."""
    assert found == codes(f"Cook\n{cue}{', '.join(found)}. Apply now")


PIECES = st.sampled_from(
    [
        "Job ID",
        ": ",
        "123",
        "R-1",
        " ",
        "\n",
        "#",
        "Ref. ",
        "2024",
        "/",
        "-",
        "and ",
        "Title code ",
        "id: ",
        "https://x.example/jobs/123456",
        "?jobid=77",
        "求人番号",
        ",",
        "$",
        ".",
    ]
)


@given(st.lists(PIECES, max_size=30))
def test_every_proposal_lies_in_a_line_and_reads(pieces: list[str]) -> None:
    """Proposals are in order, apart, inside one line, and each holds a code."""
    source = document("".join(pieces))
    end = 0
    for span in KIND.propose(source):
        assert end <= span.start < span.end
        assert any(line.span.covers(span) for line in source.lines)
        assert KIND.read(source, span)
        end = span.end


def test_a_web_token_is_no_code() -> None:
    """A link that a job board signs for its reader holds one."""
    of = from_text("adref: eyJhbGciOiJIUzI1NiJ9\nReference: 1882571890", id="1", source="-")
    kind = Codes()
    assert [("1882571890",)] == [kind.read(of, span) for span in kind.propose(of)]
