"""Whether a text offers an opening at all."""

from __future__ import annotations

import pytest

from extract.reading.advert import advertises
from extract.text.document import from_text

FILLING = "The ovens are old and the town is proud of them. " * 12


@pytest.mark.parametrize(
    "text",
    [
        "Baker\nLeeds",
        f"Night baker\n{FILLING}",
        f"Ovens\n\n\n\n\n\n{FILLING}\nWe are looking for help. Apply by Friday.",
        f"Öfen\n{FILLING}\nWir suchen Hilfe. Bewirb dich jetzt!",
        f"Fours\n{FILLING}\nNous recherchons de l'aide. Envoyez votre CV.",
        f"Title: Oven person\nCompany: Oven & Sons\n{FILLING}",
        f"Ovens\n{FILLING}\nRequirements\nA licence\nBenefits\nBread",
        f"Town of Fernhill\nGrade: 7\nClosing date: 5 May 2027\nDuty station: Fern\n{FILLING}",
        f"Comune di Borgo\n{FILLING}\nÈ indetto un concorso pubblico. Le domande entro marzo.",
        f"Ayuntamiento de Valdeárbol\n{FILLING}\nSe convocan tres plazas de personal laboral.",
        f"Stadt Moorbeck\n{FILLING}\nDie Stelle ist zum 1. April in Entgeltgruppe 6 frei.",
        f"Havnekontoret\n{FILLING}\nSøknadsfrist er i mai. Arbeidsoppgaver: tauverk og logg.",
        f"Пекарня\n{FILLING}\nПриглашаем в ночную смену. Условия: чай и хлеб.",
    ],
)
def test_an_opening_is_seen(text: str) -> None:
    """By its brevity, its headline, its header, its parts, or the words of an offer."""
    assert advertises(from_text(text, id="1", source="-"))


@pytest.mark.parametrize(
    "text",
    [
        f"How we decide on pay\n{FILLING}\nBand 3 starts at £26,000 a year.",
        f"Rules for those who publish here\n{FILLING}\nNo fees.",
        f"Le recrutement en cinq étapes\n{FILLING}",
        f"Baker: what you'd do, what you'd earn\n{FILLING}",
        f"12 interview questions for bakers\n{FILLING}",
        f"Was verdient man als Bäcker?\n{FILLING}",
        f"Nos avantages collaborateurs\nBoulanger ou vendeur\n{FILLING}",
        f"Page not found\nBaker, Leeds\n{FILLING}",
    ],
)
def test_a_page_about_work_offers_none(text: str) -> None:
    """Whatever pay and places it names."""
    assert not advertises(from_text(text, id="1", source="-"))


def test_the_title_that_was_read_counts() -> None:
    """An occupation need not stand at the top."""
    document = from_text(f"Ovens\n{FILLING}", id="1", source="-")
    assert advertises(document, "Senior Baker")
    assert not advertises(document, "Ovens")


def test_a_menu_names_other_pages() -> None:
    """What a line of links names is not what the page is."""
    menu = "Career guides | Salary guide | Page not found"
    assert advertises(from_text(f"{menu}\nNight baker\n{FILLING}", id="1", source="-"))


def test_the_parts_of_a_posting_outweigh_its_headline() -> None:
    """A posting may begin with a remark on how it is filled."""
    text = f"Hiring process\nNight baker\n{FILLING}\nRequirements\nA licence\nBenefits\nBread"
    assert advertises(from_text(text, id="1", source="-"))
