"""Open reading of one document, end to end: what a strong reader answers becomes a record."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

from extract.asking import prompt
from extract.asking.extractor import Extractor
from extract.asking.schema import schema_of
from extract.errors import ReplyError
from extract.models.client import Client, Model
from extract.posting import Posting
from extract.record import Record
from extract.text.document import from_text
from extract.values import Document, Usage
from tests.server import Request, answering, completion, shown
from tests.test_assembly import said

ONE = Usage(prompt=1200, completion=80, calls=1)


def read(
    text: str, *answers: dict[str, Any] | str, schema: type[BaseModel] = Posting
) -> tuple[Record[Any], list[Request], Document]:
    """Read a text; the server gives the answers in turn, with null where they say nothing."""
    left = iter(answers)
    document = from_text(text, id="1", source="-")

    def respond(asked: Request) -> tuple[int, dict[str, Any]]:
        answer = next(left)
        if isinstance(answer, str):
            return completion(answer)
        form = asked["response_format"]["json_schema"]["schema"]
        empty = {
            name: [] if part.get("type") == "array" else None
            for name, part in form["properties"].items()
        }
        whole = empty | {"is_posting": True} | answer
        jsonschema.validate(whole, form)
        return completion(json.dumps(whole))

    async def one(base_url: str) -> Record[Any]:
        client = Client(Model("reader", base_url, "key", attempts=1))
        try:
            extractor = Extractor(client, schema_of(schema), prompt.load(reading="open"))
            return await extractor.read(document)
        finally:
            await client.close()

    with answering(respond) as server:
        return asyncio.run(one(server.base_url)), server.requests, document


def _pay(words: str, low: float | None, high: float | None, **other: Any) -> dict[str, Any]:
    parts = {"currency": None, "period": None, "gross": None}
    return {"words": words, "min": low, "max": high, **parts, **other}


def _place(words: str, city: str | None, country: str | None) -> dict[str, Any]:
    return {"words": words, "city": city, "region": None, "country": country}


TURKISH = """\
İŞ İLANI: Gece Fırıncısı
Değirmen Ekmek A.Ş. – İzmir, Türkiye
Ücret: aylık 42.500 TL net
En az iki yıl fırın deneyimi istenir
Son başvuru: 14 Mart 2027
Hamur hazırlarsınız ve fırını yakarsınız.
"""
IN_TURKISH: dict[str, Any] = {
    "title": "gece fırıncısı",
    "company": "Değirmen Ekmek A.Ş.",
    "locations": [_place("İzmir, Türkiye", "izmir", "TR")],
    "salary": _pay(
        "aylık 42.500 TL net", 42500, 42500, currency="TRY", period="month", gross=False
    ),
    "experience_years": {"words": "En az iki yıl", "min": 2, "max": None},
    "closes_on": said("14 Mart 2027", "2027-03-14"),
    "responsibilities": "6",
}

KOREAN = """\
야간 제빵사 모집
주식회사 방앗간, 부산광역시
연봉 3천6백만원
경력 3년 이상
마감: 2027년 3월 14일
반죽을 준비합니다
"""
IN_KOREAN: dict[str, Any] = {
    "title": "야간 제빵사",
    "company": "주식회사 방앗간",
    "locations": [_place("부산광역시", "부산광역시", "KR")],
    "salary": _pay("연봉 3천6백만원", 36_000_000, 36_000_000, currency="KRW", period="year"),
    "experience_years": {"words": "경력 3년 이상", "min": 3, "max": None},
    "closes_on": said("2027년 3월 14일", "2027-03-14"),
    "responsibilities": "6",
}

ARABIC = """\
مطلوب خباز ليلي
شركة الطاحونة، عمّان، الأردن
الراتب: ٤٥٠ دينار شهريًا
خبرة لا تقل عن ٣ سنوات
آخر موعد للتقديم: ١٤ مارس ٢٠٢٧
تحضير العجين
"""
IN_ARABIC: dict[str, Any] = {
    "title": "خباز ليلي",
    "company": "شركة الطاحونة",
    "locations": [_place("عمّان، الأردن", "عمّان", "JO")],
    "salary": _pay("٤٥٠ دينار شهريًا", 450, 450, currency="JOD", period="month"),
    "experience_years": {"words": "لا تقل عن ٣ سنوات", "min": 3, "max": None},
    "closes_on": said("١٤ مارس ٢٠٢٧", "2027-03-14"),
    "responsibilities": "6",
}


@pytest.mark.parametrize(
    ("text", "answer", "title", "city", "pay"),
    [
        (TURKISH, IN_TURKISH, "Gece Fırıncısı", ("izmir", "TR"), (42500, "TRY", "month")),
        (KOREAN, IN_KOREAN, "야간 제빵사", ("부산광역시", "KR"), (36e6, "KRW", "year")),
        (ARABIC, IN_ARABIC, "خباز ليلي", ("عمّان", "JO"), (450, "JOD", "month")),
    ],
    ids=["Turkish", "Korean", "Arabic"],
)
def test_a_posting_is_read_in_any_language(
    text: str,
    answer: dict[str, Any],
    title: str,
    city: tuple[str, str],
    pay: tuple[float, str, str],
) -> None:
    """Names, pay, years, days and lines come out, each with its place, from right to left too."""
    record, requests, document = read(text, answer)
    posting = record.posting
    assert title == posting.title
    assert answer["company"] == posting.company
    assert [city] == [(place.city, place.country) for place in posting.locations]
    assert pay == (posting.salary.min, posting.salary.currency, posting.salary.period)
    assert posting.salary.min == posting.salary.max
    assert answer["experience_years"]["min"] == posting.experience_years.min
    assert dt.date(2027, 3, 14) == posting.closes_on
    assert [document.text.splitlines()[5]] == posting.responsibilities
    assert 1 == len(requests)
    for quotes in record.evidence.values():
        for quote in quotes:
            assert document.text[quote.start : quote.end] == quote.quote
    asked = {name for name, value in answer.items() if value}
    assert asked == {name for name, state in record.states.items() if state in {"stated", "read"}}


def test_the_lines_are_numbered_and_the_answer_schema_is_strict() -> None:
    """What the model sees and what its provider enforces."""
    _, (request,), _ = read(TURKISH, IN_TURKISH)
    assert "1 İŞ İLANI: Gece Fırıncısı" in shown(request)
    told = request["response_format"]["json_schema"]
    assert True is told["strict"]
    assert ["is_posting", *Posting.model_fields] == told["schema"]["required"]


def test_each_state_is_told_with_its_reason() -> None:
    """Stated, read, unsupported, conflicting and not stated, in one record."""
    text = "Night Baker\nHemmakontor ibland\nPay: £14.50 per hour\nApply by 14 March 2027\n"
    text += "Open on 2 May 2027"
    record, _, _ = read(
        text,
        {
            "title": "Night Baker",
            "workplace": said("Hemmakontor", "hybrid"),
            "salary": _pay("£14.50 per hour", 15.5, 15.5, currency="GBP", period="hour"),
            "closes_on": said("2 May 2027", "2027-05-02"),
        },
    )
    assert {
        "title": "stated",
        "workplace": "read",
        "salary": "unsupported",
        "closes_on": "conflicting",
        "company": "not_stated",
    } == {
        name: record.states[name]
        for name in ("title", "workplace", "salary", "closes_on", "company")
    }
    assert "hybrid" == record.posting.workplace
    assert None is record.posting.salary
    assert dt.date(2027, 5, 2) == record.posting.closes_on
    assert "15.5 does not stand in '£14.50 per hour'" in record.notes["salary"]
    assert "2027-03-14" in record.notes["closes_on"]


def test_codes_opinion_marks_and_never_empties() -> None:
    """The page offers nothing that code knows as an opening: the record stays, with a note."""
    page = "Privacy policy\n" + "We keep what you send us for two years. " * 20
    record, _, _ = read(page, {"title": "Privacy policy"})
    assert record.is_posting
    assert "Privacy policy" == record.posting.title
    assert "code sees no opening offered in the text" in record.notes["is_posting"]


class Doubted(BaseModel):
    """A thing that its own schema doubts."""

    title: str | None = None

    def fits(self, document: Document) -> bool:
        """Tell whether the text has the word for it."""
        return "offered" in document.text


def test_a_schemas_own_doubt_only_marks() -> None:
    """In open reading the reader has read the page."""
    record, _, _ = read("Baker wanted", {"title": "Baker"}, schema=Doubted)
    assert (True, "Baker") == (record.is_posting, record.posting.title)
    assert "is_posting" in record.notes
    record, _, _ = read("Baker offered", {"title": "Baker"}, schema=Doubted)
    assert "is_posting" not in record.notes


def test_a_page_that_is_none_is_empty() -> None:
    """Whatever else the answer holds."""
    record, requests, _ = read(TURKISH, IN_TURKISH | {"is_posting": False})
    assert 1 == len(requests)
    assert not record.is_posting
    assert Posting() == record.posting
    assert {} == record.evidence == record.basis
    assert {"not_stated"} == set(record.states.values())


@pytest.mark.parametrize("wrong", ["no JSON", '{"title": "Baker"}', "[]", "null", '{"is_posting":'])
def test_an_answer_that_is_none_is_asked_again_once(wrong: str) -> None:
    """The second request says what was wrong, and the cost of both is counted."""
    record, (first, second), _ = read("Baker wanted", wrong, {"title": "Baker"})
    assert "Baker" == record.posting.title
    assert ONE + ONE == record.provenance.usage
    assert first["messages"] == second["messages"][:-1]
    assert first["response_format"] == second["response_format"]
    assert "Answer again" in second["messages"][-1]["content"]


def test_a_second_answer_that_is_none_is_an_error() -> None:
    """There is no third request."""
    with pytest.raises(ReplyError) as caught:
        read("Baker wanted", "no JSON", "still no JSON")
    assert ONE + ONE == caught.value.usage


def test_a_fault_in_one_field_costs_no_second_call() -> None:
    """The rest of the answer is worth more than the field."""
    answer = json.dumps({"is_posting": True, "title": 7, "company": "Nowhere Ltd", "salary": "£9"})
    record, requests, _ = read("Baker wanted, £9 an hour", answer)
    assert 1 == len(requests)
    assert None is record.posting.title
    assert {"title", "company"} <= set(record.notes)


def test_the_same_schema_is_asked_of_every_document() -> None:
    """Only the last message differs."""
    _, (one,), _ = read(TURKISH, IN_TURKISH)
    _, (other,), _ = read(KOREAN, IN_KOREAN)
    assert one["response_format"] == other["response_format"]
    assert one["messages"][:-1] == other["messages"][:-1]
