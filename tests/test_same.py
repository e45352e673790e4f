"""Which rows are one job: what pairs are to each other, and how rows come into groups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.errors import InputError
from extract.same import card_of, group_rows, judge
from extract.same.card_file import card_file
from extract.same.key_pairs import KeyPairs
from extract.same.names_compared import employer, matched, related, title
from extract.same.nearness import bands, shingles

DUTIES = [
    "Mix and shape sourdough from three in the morning",
    "Run the deck oven and check the bake",
    "Load the vans before opening",
]
BAKER: dict[str, Any] = {
    "title": "Baker (early shift)",
    "company": "Saltmarsh Bakery Ltd",
    "locations": [{"text": "Lowestoft", "city": "Lowestoft", "region": None, "country": None}],
    "salary": {"min": 13.4, "max": 13.4, "currency": "GBP", "period": "hour", "gross": None},
    "closes_on": "2027-06-05",
    "job_ids": ["SB-104"],
    "responsibilities": DUTIES,
}
SOUTHWOLD = [{"text": "Southwold", "city": "Southwold"}]


def row(name: str = "1", **changes: Any) -> dict[str, Any]:
    """Return the row of the baker's posting with other values, quoting each value as it is."""
    posting = {**BAKER, **changes}
    evidence = {
        field: [{"start": 0, "end": 1, "quote": str(value)}] for field, value in posting.items()
    }
    return {
        "id": name, "source": f"{name}.html", "is_posting": True, "posting": posting,
        "evidence": evidence,
    }  # fmt: skip


def kind(**changes: Any) -> str:
    """Return what the baker's posting and one with other values are to each other."""
    return judge(card_of(row(), "a:1"), card_of(row("2", **changes), "a:2")).kind


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "mirror"),
        ({"company": "Saltmarsh Bakery"}, "mirror"),
        ({"title": "Baker, early shift (m/f/d)"}, "mirror"),
        ({"company": "East Coast Staffing", "job_ids": []}, "mirror"),
        ({"company": None, "job_ids": []}, "mirror"),
        ({"salary": {"min": 27_000, "max": 27_000, "currency": "GBP", "period": "year"}}, "mirror"),
        ({"closes_on": "2027-07-03"}, "repost"),
        ({"closes_on": "2027-07-03", "job_ids": ["SB-151"]}, "repost"),
        ({"salary": {"min": 13.9, "max": 13.9, "currency": "GBP", "period": "hour"}}, "repriced"),
        ({"locations": SOUTHWOLD}, "other place"),
        ({"job_ids": ["SB-105"]}, "cannot tell"),
        ({"closes_on": "2028-06-03", "job_ids": []}, "cannot tell"),
        ({"company": "Saltmarsh Norwich Ltd", "job_ids": []}, "cannot tell"),
        ({"company": "East Coast Staffing", "job_ids": [], "salary": None, "closes_on": None},
         "cannot tell"),
        ({"salary": {"min": 29, "max": 29, "currency": "GBP", "period": "hour"}}, "cannot tell"),
        ({"title": "Baker (late shift)"}, "other job"),
        ({"title": "Senior Baker (early shift)"}, "other job"),
        ({"title": "Apprentice Baker", "employment_types": ["apprenticeship"]}, "mirror"),
        ({"title": "Pastry Chef", "responsibilities": ["Temper chocolate", "Fill eclairs daily"],
          "job_ids": []}, "other job"),
        ({"company": "East Coast Staffing", "locations": SOUTHWOLD, "job_ids": []}, "other job"),
    ],
)  # fmt: skip
def test_the_kind_of_a_pair(changes: dict[str, Any], expected: str) -> None:
    """The first rule that fits decides, as docs/same.md says."""
    assert expected == kind(**changes)


def test_training_is_not_a_regular_job() -> None:
    """Where both say what sort of job it is, training parts them."""
    types = {"employment_types": ["full_time"]}, {"employment_types": ["apprenticeship"]}
    one, other = (card_of(row(**changes), "a:1") for changes in types)
    assert "other job" == judge(one, other).kind


def test_a_judgement_shows_the_quotes_of_both() -> None:
    """What agrees and what differs can be checked without the rows."""
    found = judge(card_of(row(), "a:1"), card_of(row("2", closes_on="2027-07-03"), "a:2"))
    assert (("2027-06-05",), ("2027-07-03",)) == found.differ["closes_on"]
    assert (("Saltmarsh Bakery Ltd",), ("Saltmarsh Bakery Ltd",)) == found.agree["company"]


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["Baker", "Head Baker", "Night Baker", "Bäcker", None, 7]),
        "company": st.sampled_from(["Saltmarsh", "Saltmarsh Norwich", "Agency X", None, ["a"]]),
        "locations": st.sampled_from([SOUTHWOLD, [], None, [{"country": "GB"}], "Ely"]),
        "salary": st.sampled_from([None, {"min": 13.9}, {"min": "x"}, {"max": 0}, 13]),
        "closes_on": st.sampled_from(["2027-07-03", "2029-01-01", "soon", None]),
        "job_ids": st.sampled_from([[], ["SB-105"], ["77"], None, [7]]),
        "responsibilities": st.sampled_from([[], DUTIES[:1], None, [{"text": "Bake"}], [None]]),
        "hours_per_week": st.sampled_from([None, {"min": 16, "max": 16}, {"min": 40}]),
    },
)


@given(CHANGES, CHANGES)
def test_a_pair_is_the_same_both_ways(one: dict[str, Any], other: dict[str, Any]) -> None:
    """The order of two postings does not matter, whatever their values are."""
    cards = card_of(row(**one), "a:1"), card_of(row(**other), "a:2")
    there, back = judge(*cards), judge(*reversed(cards))
    assert there.kind == back.kind
    assert there.differ.keys() == back.differ.keys()


@given(CHANGES)
def test_a_card_comes_back_from_the_file(changes: dict[str, Any]) -> None:
    """A card that was put aside is the card that comes back."""
    card = card_of(row(**changes), "a:1")
    with card_file() as cards:
        cards.add(card)
        cards.finish()
        assert card == cards.card(0)


def test_a_full_disk_is_an_error_of_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing the file fails again, and does not hide the error that says why."""
    full = Path("/dev/full").open("w+b", 8192)  # noqa: SIM115 - the file of cards closes it
    monkeypatch.setattr("extract.same.card_file.TemporaryFile", lambda **_: full)

    def fill() -> None:
        with card_file() as cards:
            for _ in range(100):
                cards.add(card_of(row(), "a:1"))

    with pytest.raises(InputError, match="the temporary file cannot be written"):
        fill()
    assert full.closed


def test_rows_come_into_groups() -> None:
    """One job is one group; a branch is not in it, and its pair follows."""
    rows = [row("1"), row("2", locations=SOUTHWOLD, job_ids=[]), row("3", closes_on="2027-07-03")]
    groups = group_rows(rows)
    assert [(0, 2)] == [group.rows for group in groups if group.number]
    assert {"other place"} == {
        pair.judgement.kind for group in groups if not group.number for pair in group.pairs
    }
    assert [(0, 2)] == [group.rows for group in group_rows(rows, apart=False)]


def test_a_copy_without_a_place_does_not_join_two_branches() -> None:
    """It goes to one of them, and the other pair cannot be told."""
    branches = row("1", job_ids=[]), row("2", job_ids=[], locations=SOUTHWOLD)
    groups = group_rows([*branches, row("3", job_ids=[], locations=[])])
    joined = [group.rows for group in groups if group.number]
    assert 1 == len(joined)
    assert 2 == len(joined[0])


def test_a_large_bucket_is_not_compared_pair_by_pair() -> None:
    """A firm with one text for many towns: twice the rows are about twice the pairs."""
    counts = []
    for size in (200, 400):
        keys = KeyPairs()
        for number in range(size):
            place = [{"city": f"Town{number}"}]
            one = row(str(number), locations=place, job_ids=[], closes_on=None)
            keys.add(card_of(one, f"a:{number}"), one)
        counts.append(len(list(keys.pairs())))
    assert counts[1] < 2.5 * counts[0]
    assert counts[1] < 400 * 20


def test_copies_in_a_large_bucket_are_one_group() -> None:
    """The rows of one job stand side by side in it, and each is compared with the next."""
    rows = [row(str(number)) for number in range(60)]
    group, *rest = group_rows(rows)
    assert [] == rest
    assert tuple(range(60)) == group.rows
    assert 59 == len(group.pairs)


def test_near_texts_share_a_band() -> None:
    """A word changed leaves a band in common; another text has none, and neither has no text."""
    near = shingles([*DUTIES[:2], "Load the vans before closing"])
    other = shingles(["Answer the phones and keep the diary", "Take payments at the till"])
    keys = bands([shingles(DUTIES), near, other, []])
    assert (keys[0] == keys[1]).any()
    assert not (keys[0] == keys[2]).any()
    assert not keys[3].any()


def test_the_order_of_lines_does_not_matter() -> None:
    """A board that turns the lines round copies the same text."""
    assert set(shingles(DUTIES)) == set(shingles(DUTIES[::-1]))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Rezeptionist (m/w/d)", "Rezeptionistin", "same"),
        ("Teacher of Mathematics", "Maths Teacher", "same"),
        ("Addetto/a alla contabilità", "ADDETTO CONTABILITÀ", "same"),
        ("Infirmier(e) de nuit", "Infirmier de jour", "contrast"),
        ("HGV Class 2 Driver", "HGV Class 1 Driver", "contrast"),
        ("Fysiotherapeut", "Kinderfysiotherapeut", "apart"),
        ("Chef de rang", "Serveur confirmé", "apart"),
        ("Cashier", "Head Cashier", "wider"),
        ("フロント係", "ホールスタッフ", "apart"),
    ],
)
def test_titles(one: str, other: str, expected: str) -> None:
    """Gender marks, forms and function words do not count; a word of one's own does."""
    assert expected == matched(title(one), title(other)).likeness


@pytest.mark.parametrize("text", ["Early Years Practitioner", "Cook, 4 days a week"])
def test_a_title_that_names_no_shift(text: str) -> None:
    """Stages of life and days of work are not shifts."""
    assert frozenset() == card_of({"posting": {"title": text}}, "a:1").shifts


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Spedition Krahwinkel GmbH & Co. KG", "Krahwinkel Spedition", "same"),
        ("Hausarztpraxis am Stadtpark", "Praxis am Stadtpark", "same"),
        ("Bäckerei Lang Nord", "Bäckerei Lang Süd", "contrast"),
        ("Lindwurm AG", "Kolbe Zeitarbeit GmbH", "apart"),
        ("Our client", "Lindwurm AG", "unsaid"),
        ("H&M AB", "H&M", "same"),
    ],
)
def test_employers(one: str, other: str, expected: str) -> None:
    """Legal forms and the order of words do not count; sister firms have words of their own."""
    assert expected == related(employer(one), employer(other))
