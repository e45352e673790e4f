"""How long a job lasts, in eleven languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.kinds import ContractTerm
from extract.kinds.contract.terms import terms
from extract.kinds.kind import Finding
from extract.text.document import from_text
from extract.values import Contract, Document, Span

KIND = ContractTerm()
PERMANENT = Contract(type="permanent")


def document(text: str) -> Document:
    """Cut a text into lines."""
    return from_text(text, id="a", source="a")


def term(text: str) -> Contract | None:
    """Read and settle what a text gives by itself."""
    source = document(text)
    read = [(span, KIND.read(source, span)) for span in KIND.given(source)]
    findings = [Finding(span, value) for span, value in read if value is not None]
    if not findings:
        return None
    value = KIND.settle(source, findings).value
    assert isinstance(value, Contract)
    return value


def fixed(months: float | None = None) -> Contract:
    """Return a contract for a fixed term."""
    return Contract(type="fixed_term", months=months)


@pytest.mark.parametrize(
    "text",
    [
        "Saddler\nPermanent, full-time",
        "This is a permanent position in our tannery.",
        "Contract type: Permanent",
        "Wir bieten einen unbefristeten Arbeitsvertrag.",
        "Poste en CDI à temps plein",
        "Statut : permanent, temps plein",
        "Contrato indefinido a jornada completa",
        "Contrato a término indefinido",
        "Pracovní smlouva na dobu neurčitou",
        "Tillsvidareanställning, heltid",
        "雇用形態：正社員（期間の定めなし）",
        "Je krijgt een contract voor onbepaalde tijd.",
        "Contratto a tempo indeterminato",
        "Contrato por tempo indeterminado",
        "Umowa o pracę na czas nieokreślony",
        "Fastansættelse på fuld tid",
    ],
)
def test_words_of_permanence(text: str) -> None:
    """A contract without an end is permanent where the text says so."""
    assert PERMANENT == term(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A 12-month contract at the quarry", fixed(12)),
        ("Fixed-term (two years), thatching", fixed(24)),
        ("Contract length: 18 months", fixed(18)),
        ("Maternity cover until spring", fixed()),
        ("Die Stelle ist zunächst auf 2 Jahre befristet.", fixed(24)),
        ("Elternzeitvertretung in der Sattlerei", fixed()),
        ("CDD de 6 mois à la tannerie", fixed(6)),
        ("Contrato de duración determinada (4 meses)", fixed(4)),
        ("Contrato por obra (duración estimada 14 meses)", fixed(14)),
        ("Remplacement d'un congé de maternité, environ 10 mois", fixed(10)),
        ("Smlouva na dobu určitou 1 rok", fixed(12)),
        ("Vikariat 6 månader på sadelmakeriet", fixed(6)),
        ("契約期間：1年", fixed(12)),
        ("Een jaarcontract bij de molen", fixed(12)),
        ("Contratto a tempo determinato di sei mesi", fixed(6)),
        ("Contrato a termo certo de 12 meses", fixed(12)),
        ("Umowa na czas określony 2 lata", fixed(24)),
        ("Tidsbegrænset stilling", fixed()),
    ],
)
def test_fixed_terms_and_their_lengths(text: str, expected: Contract) -> None:
    """The length is the one beside the words of the term, in months."""
    assert expected == term(text)


@pytest.mark.parametrize(
    "text",
    [
        "正社員として採用します",
        "Permanent residents only",
        "All permanent employees get a saddle.",
        "CDI ou CDD selon profil",
        "Permanent or fixed-term, as you like",
        "unbefristet oder befristet auf 1 Jahr",
        "Temp-to-perm at the mill",
        "No fixed-term contracts here",
        "Two years of experience, contract to follow",
        "contract: permanent / contract / part-time / temporary",
        "Ein Praktikum von 6 Monaten",
        "We restored the mill. Duration: 26 months.",
        "Smlouva s prodloužením na dobu neurčitou",
        "A contract is signed within 2 weeks",
        "Indefinidamente alegres",
    ],
)
def test_what_does_not_say_how_long_the_job_lasts(text: str) -> None:
    """Other uses of the words, and offers of both, give nothing."""
    assert term(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "CDD de 6 mois pouvant évoluer en CDI",
        "Befristet auf 6 Monate mit Option auf eine unbefristete Stelle",
        "A 6-month fixed-term contract with the possibility of a permanent contract",
        "Contract voor 6 maanden met uitzicht op een vast contract",
        "A 6-month contract; good millers are then kept on in a permanent position",
    ],
)
def test_a_permanent_contract_that_may_follow_is_a_prospect(text: str) -> None:
    """What is offered now is the fixed term."""
    assert fixed(6) == term(text)


def test_boilerplate_says_nothing_of_the_job() -> None:
    """A list of other jobs has terms of its own."""
    text = "Saddler\n" + "You mend saddles, bridles and harness.\n" * 9
    assert term(f"{text}Similar jobs\nTanner, 6-month contract\nCooper, fixed-term") is None


def test_different_lengths_conflict() -> None:
    """The type is agreed on, the length is not."""
    source = document("Fixed-term, 6 months\nMiller\nFixed-term, 12 months")
    read = [(span, KIND.read(source, span)) for span in KIND.given(source)]
    settled = KIND.settle(source, [Finding(span, value) for span, value in read])
    assert (fixed(), "conflicting") == (settled.value, settled.state)
    assert "lengths of 6 and 12 months are stated" == settled.note


def test_a_quote_of_part_of_the_words_is_enough() -> None:
    """The length beside the quoted words belongs to them."""
    text = "Tanner, fixed-term for 9 months"
    assert fixed(9) == KIND.read(document(text), Span(8, 18))
    assert KIND.read(document(text), Span(0, 6)) is None


def test_the_same_term_of_another_length_is_half_right() -> None:
    """Type and length are compared, so that a wrong length is not a right value."""
    compared = [(fixed(6), fixed(6)), (fixed(6), fixed(9)), (PERMANENT, fixed()), (None, fixed())]
    assert [1.0, 0.5, 0.0, 0.0] == [KIND.similarity(found, other) for found, other in compared]


@given(st.integers(1, 60))
def test_any_number_of_months_is_read(months: int) -> None:
    """Whatever the number, in two languages."""
    assert fixed(months) == term(f"Potter, {months}-month contract")
    assert fixed(months) == term(f"Töpferin, befristet auf {months} Monate")


@given(st.text(st.sampled_from("12 -,.\nyearsmonthJahMonte年か月"), max_size=40))
def test_lengths_stand_where_they_are_found(text: str) -> None:
    """Each lies inside the text, is not empty, and is no longer than ten years."""
    for found in terms(text, Span(0, len(text))):
        assert text[found.span.start : found.span.end].strip()
        assert found.months is None or 0 < found.months <= 120


@given(st.text(max_size=80))
def test_any_text_is_read_without_error(text: str) -> None:
    """What is given says a term."""
    source = document(f"Potter\n{text}")
    for span in KIND.given(source):
        assert KIND.read(source, span) is not None
