"""Gross and net pay: read beside the amount, and never compared."""

from __future__ import annotations

import pytest

from extract.kinds import Pay
from extract.kinds.pay.unite import united
from extract.values import Document, Salary


@pytest.mark.parametrize(
    ("text", "gross"),
    [
        ("Salary: £30,000 gross per year", True),
        ("Lohn: 2.900 € brutto im Monat", True),
        ("Bruttomonatsgehalt: 2.900 €", True),
        ("Salaire : 2 100 € bruts mensuels", True),
        ("Sueldo bruto anual: 24.000 €", True),
        ("RAL: 28.000 €", True),
        ("Retribuzione 1.800 € lordi al mese", True),
        ("Mzda 35 000 Kč před zdaněním", True),
        ("Hrubá mzda: 35 000 Kč", True),
        ("Salaris: € 2.900 bruto per maand", True),
        ("Wynagrodzenie: 6000 zł brutto miesięcznie", True),
        ("Pay: $800 net per week", False),
        ("Pay: AED 4,600 per month, tax free", False),
        ("Lohn: 1.950 € netto im Monat", False),
        ("Salaire : 1 650 € nets par mois", False),
        ("Sueldo líquido: $600.000 al mes", False),
        ("手取り月給：20万円", False),
        ("Salary: £30,000 a year", None),
        ("Wage $20 an hour; .NET skills", None),
        ("Stawka: 120 zł netto + VAT za godzinę", None),
    ],
)
def test_gross_and_net_are_read_beside_the_amount(text: str, *, gross: bool | None) -> None:
    """Take-home pay is not gross, and what nothing says is neither."""
    document = Document("1", "-", text, ())
    read = [Pay().read(document, span) for span in Pay().propose(document) or ()]
    assert [gross] == [salary.gross for salary in read if salary]


def test_gross_and_net_change_neither_likeness_nor_agreement() -> None:
    """Pay is the same pay with and without the word."""
    gross = Salary(min=20, max=20, currency="EUR", period="hour", gross=True)
    bare = gross.model_copy(update={"gross": None})
    net = gross.model_copy(update={"gross": False})
    assert (1.0, 1.0) == (Pay().similarity(gross, bare), Pay().similarity(net, gross))
    assert (gross, gross, bare) == (united(gross, bare), united(bare, gross), united(gross, net))
