"""Short notices in languages that have fewer words than others: what code reads of them."""

from __future__ import annotations

import pytest

from extract.kinds import Choice, Date
from extract.reading.sections import sections
from extract.text.document import from_text

NOTICES = {
    "az": (
        "Çörəkçi\nTələblər:\nTəcrübə\nMəsafədən iş\nTam iş günü\nSon müraciət tarixi: 03.05.2027"
    ),
    "bg": (
        "Пекар\nИзисквания:\nОпит с тесто\nЗаплата: 1800 лв. на месец\n"
        "Работа от вкъщи\nПълно работно време\nКраен срок: 03.05.2027"
    ),
    "ca": (
        "Forner\nRequisits:\nExperiència amb massa\nTeletreball\nJornada completa\n"
        "Data límit: 3 de maig de 2027"
    ),
    "da": (
        "Bager\nKvalifikationer:\nErfaring med dej\nHjemmearbejde\nFuldtid\n"
        "Ansøgningsfrist: 03.05.2027"
    ),
    "el": (
        "Αρτοποιός\nΑπαραίτητα προσόντα:\nΕμπειρία\nΤηλεργασία\nΠλήρης απασχόληση\n"
        "Προθεσμία: 03.05.2027"
    ),
    "et": (
        "Pagar\nNõuded:\nKogemus tainaga\nKaugtöö\nTäistööaeg\nKandideerimise tähtaeg: 03.05.2027"
    ),
    "fa": ("نانوا\nشرایط:\nتجربه\nدورکاری\nتمام وقت\nمهلت ارسال رزومه: 2027-05-03"),
    "fi": (
        "Leipuri\nEdellytämme:\nKokemusta taikinasta\nEtätyö\nKokoaikainen\n"
        "Hakuaika päättyy: 03.05.2027"
    ),
    "he": (
        "אופה\nדרישות התפקיד:\nניסיון בבצק\nעבודה מהבית\nמשרה מלאה\nתאריך אחרון להגשה: 03.05.2027"
    ),
    "hr": (
        "Pekar\nUvjeti:\nIskustvo s tijestom\nRad od kuće\nPuno radno vrijeme\n"
        "Rok za prijavu: 03.05.2027."
    ),
    "hu": (
        "Pék\nElvárások:\nTapasztalat\nTávmunka\nTeljes munkaidő\n"
        "Jelentkezési határidő: 2027. május 3."
    ),
    "id": (
        "Pembuat roti\nPersyaratan:\nPengalaman\nKerja jarak jauh\nPenuh waktu\n"
        "Batas akhir: 3 Mei 2027"
    ),
    "is": (
        "Bakari\nHæfniskröfur:\nReynsla af deigi\nFjarvinna\nFullt starf\n"
        "Umsóknarfrestur: 03.05.2027"
    ),
    "ko": ("제빵사\n자격요건:\n반죽 경험\n재택근무\n정규직, 전일제\n마감일: 2027-05-03"),
    "lt": (
        "Kepėjas\nReikalavimai:\nPatirtis su tešla\nNuotolinis darbas\nPilnas etatas\n"
        "Skelbimas galioja iki: 2027-05-03"
    ),
    "lv": (
        "Maiznieks\nPrasības:\nPieredze\nAttālināts darbs\nPilna slodze\n"
        "Pieteikšanās termiņš: 03.05.2027"
    ),
    "mk": (
        "Пекар\nУслови:\nИскуство со тесто\nРабота од дома\nПолно работно време\n"
        "Краен рок: 03.05.2027"
    ),
    "ms": (
        "Pembuat roti\nKelayakan:\nPengalaman\nBekerja dari rumah\nSepenuh masa\n"
        "Tarikh tutup: 3 Mei 2027"
    ),
    "no": (
        "Baker\nKvalifikasjoner:\nErfaring med deig\nHjemmekontor\nHeltid\nSøknadsfrist: 03.05.2027"
    ),
    "ro": (
        "Brutar\nCerințe:\nExperiență cu aluat\nMuncă de acasă\nNormă întreagă\n"
        "Termen limită: 3 mai 2027"
    ),
    "ru": (
        "Пекарь\nТребования:\nОпыт с тестом\nУдалённая работа\nПолная занятость\n"
        "Срок подачи: 3 мая 2027"
    ),
    "sk": (
        "Pekár\nPožiadavky:\nSkúsenosti s cestom\nPráca z domu\nPlný úväzok\nUzávierka: 03.05.2027"
    ),
    "sl": (
        "Pek\nPogoji:\nIzkušnje s testom\nDelo od doma\nPolni delovni čas\n"
        "Rok za prijavo: 03.05.2027"
    ),
    "sr": (
        "Пекар\nУслови:\nИскуство са тестом\nРад од куће\nПуно радно време\n"
        "Рок за пријаву: 03.05.2027."
    ),
    "th": ("คนทำขนมปัง\nคุณสมบัติ:\nมีประสบการณ์\nทำงานจากที่บ้าน\nเต็มเวลา\nหมดเขต: 2027-05-03"),
    "tr": (
        "Fırıncı\nAranan nitelikler:\nHamur deneyimi\nUzaktan çalışma\nTam zamanlı\n"
        "Son başvuru: 03.05.2027"
    ),
    "uk": (
        "Пекар\nВимоги:\nДосвід з тістом\nВіддалена робота\nПовна зайнятість\n"
        "Дедлайн: 3 травня 2027"
    ),
    "vi": (
        "Thợ làm bánh\nYêu cầu:\nKinh nghiệm\nLàm việc từ xa\nToàn thời gian\n"
        "Hạn nộp hồ sơ: 03/05/2027"
    ),
    "zh": ("面包师\n任职要求：\n有经验\n远程办公\n全职\n截止日期：2027年5月3日"),
}


def _values(kind: Choice | Date, text: str) -> set[str]:
    document = from_text(text)
    found = (kind.read(document, span) for span in kind.propose(document))
    return {str(one) for value in found for one in (value if isinstance(value, tuple) else [value])}


@pytest.mark.parametrize("language", NOTICES)
def test_where_and_how_long_the_work_is(language: str) -> None:
    """Remote (a home office is hybrid in some languages), and full time."""
    assert _values(Choice("workplace"), NOTICES[language]) & {"remote", "hybrid"}
    assert "full_time" in _values(Choice("employment_types", many=True), NOTICES[language])


@pytest.mark.parametrize("language", NOTICES)
def test_what_is_asked_for_stands_under_its_heading(language: str) -> None:
    """The heading is known, and what it is of."""
    document = from_text(NOTICES[language])
    assert "requirements" in {section.role for section in sections(document)}


@pytest.mark.parametrize("language", NOTICES)
def test_when_it_closes(language: str) -> None:
    """The word before the date says what the day is of."""
    assert _values(Date("closes"), NOTICES[language]) == {"2027-05-03"}
