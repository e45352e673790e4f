"""Datasets: both forms load the same, and what is wrong with one is said with its case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.data.dataset import load
from evals.data.flat_labels import unflattened
from evals.data.label_check import problems
from evals.data.rubric import BUILT_IN
from evals.data.unsaid import unsaid, unshown
from extract.errors import InputError
from extract.text.document import from_text

SHIPPED = Path(__file__).parent.parent / "evals" / "datasets" / "postings"
TEXT = "Cooper (f/m) at Vat & Hoop, Beaune. 2.150,00 EUR a month. Two years. By 4 May 2026."
GOLD: dict[str, Any] = {
    "is_posting": True,
    "title": "Cooper (f/m)",
    "company": "Vat & Hoop",
    "locations": [{"city": "Beaune"}],
    "salary": {"min": 2150, "max": 2150, "currency": "EUR", "period": "month"},
    "experience_years": {"min": 2, "max": None},
    "closes_on": "2026-05-04",
}


def directory(path: Path, *rows: dict[str, Any]) -> Path:
    """Write a dataset of one document a row."""
    (path / "labels").mkdir(parents=True)
    (path / "documents").mkdir()
    for row in rows:
        label = {"document": f"documents/{row['id']}.txt", "gold": GOLD, **row}
        (path / "labels" / f"{row['id']}.json").write_text(json.dumps(label), "utf-8")
        (path / "documents" / f"{row['id']}.txt").write_text(TEXT, "utf-8")
    return path


def jsonl(path: Path, *rows: dict[str, Any]) -> Path:
    """Write a dataset of one line a row."""
    file = path / "rows.jsonl"
    lines = [json.dumps({"text": TEXT, "gold": GOLD, **row}) + "\n" for row in rows]
    file.write_text("".join(lines), "utf-8")
    return file


def found(path: Path) -> dict[str, list[str]]:
    """Return what is to fix, by case, where there is something."""
    return {name: faults for name, faults in problems(path) if faults}


def test_both_forms_hold_the_same(tmp_path: Path) -> None:
    """A directory and a JSONL file with the same labels give the same cases."""
    one = load(directory(tmp_path / "set", {"id": "a"}, {"id": "b"}))
    other = load(jsonl(tmp_path, {"id": "b"}, {"id": "a"}))
    assert ["a", "b"] == [case.id for case in one.cases] == [case.id for case in other.cases]
    assert one.cases[0].gold == other.cases[0].gold
    assert one.cases[0].document().text == other.cases[0].document().text


def test_the_hash_follows_labels_and_documents(tmp_path: Path) -> None:
    """A changed text or label is another dataset."""
    where = directory(tmp_path / "set", {"id": "a"})
    hashes = {load(where).sha256, load(where).sha256}
    (where / "documents" / "a.txt").write_text("Another text", "utf-8")
    hashes.add(load(where).sha256)
    label = where / "labels" / "a.json"
    label.write_text(label.read_text().replace("Cooper", "Baker"), "utf-8")
    hashes.add(load(where).sha256)
    assert 3 == len(hashes)


def test_flat_rows_become_fields(tmp_path: Path) -> None:
    """A flat row's parts are put together, and what is accepted of them is combined."""
    gold = {
        "is_posting": True,
        "employment_type": "full_time",
        "experience_years_min": 2,
        "experience_years_max": None,
        "education_min": "bachelor",
        "education_min_required": True,
    }
    accept = {
        "employment_type": ["contract"],
        "experience_years_max": [4],
        "education_min": [None],
        "education_min_required": [False],
    }
    case = load(jsonl(tmp_path, {"id": "a", "gold": gold, "accept": accept})).cases[0]
    assert ({"min": 2, "max": None}, {"min": 2, "max": 4}) == case.gold["experience_years"]
    assert (["full_time"], ["contract"], ["full_time", "contract"]) == case.gold["employment_types"]
    assert (
        {"level": "bachelor", "required": True},
        {"level": "bachelor", "required": False},
        None,
    ) == case.gold["education"]
    assert "title" not in case.gold


@given(st.lists(st.sampled_from(["full_time", "contract", "temporary", None]), min_size=1))
def test_the_label_of_a_flat_row_stays_first(types: list[str | None]) -> None:
    """The gold employment type is the first alternative, and none is there twice."""
    row = {"gold": {"employment_type": types[0]}, "accept": {"employment_type": types[1:]}}
    whole = unflattened(row)
    listed = [whole["gold"]["employment_types"], *whole["accept"].get("employment_types", [])]
    assert ([] if types[0] is None else [types[0]]) == listed[0]
    assert len({tuple(each) for each in listed}) == len(listed)


def test_what_is_no_posting_has_nothing_else(tmp_path: Path) -> None:
    """Every field of a page that is no posting is labelled as not stated."""
    case = load(jsonl(tmp_path, {"id": "a", "gold": {"is_posting": False}})).cases[0]
    assert {"is_posting", *BUILT_IN.fields.core} == set(case.gold)
    assert ((None,), ([],)) == (case.gold["salary"], case.gold["skills"])


def test_a_page_of_several_postings_is_not_run(tmp_path: Path) -> None:
    """A case without labels is in the dataset, and not among those that are scored."""
    dataset = load(jsonl(tmp_path, {"id": "a", "gold": {}}, {"id": "b"}))
    assert 2 == len(dataset.cases)
    assert ["b"] == [case.id for case in dataset.selected()]


def test_the_split_is_that_of_the_id(tmp_path: Path) -> None:
    """Parity of the hash decides; a given split goes before it, a twin follows its original."""
    rows = [
        {"id": "a"},
        {"id": "c"},
        {"id": "d", "split": "test"},
        {"id": "a-twin", "twin_of": "a"},
        {"id": "d-twin", "twin_of": "d"},
    ]
    splits = {case.id: case.split for case in load(jsonl(tmp_path, *rows)).cases}
    assert {"a": "test", "a-twin": "test", "c": "dev", "d": "test", "d-twin": "test"} == splits


def test_a_selection_names_what_is_not_there(tmp_path: Path) -> None:
    """Ids that no case has are an error, and so is nothing to run."""
    dataset = load(jsonl(tmp_path, {"id": "a"}, {"id": "b"}))
    assert ["b"] == [case.id for case in dataset.selected(only=["b"])]
    assert 1 == len(dataset.selected(limit=1))
    with pytest.raises(InputError, match="no case has the id zeta"):
        dataset.selected(only=["a", "zeta"])
    with pytest.raises(InputError, match="no labelled case"):
        dataset.selected(split="dev", only=["b"])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [{"id": "a", "gold": {**GOLD, "seniority": "boss"}}],
            r"a, gold\.seniority: 'boss' is none",
        ),
        (
            [{"id": "a", "gold": {"title": "Cooper"}}],
            "a, gold: the key is_posting is missing; see docs/labels.md",
        ),
        ([{"id": "a", "gold": {**GOLD, "closes_on": "4 May"}}], "'4 May' is not a 'date'"),
        ([{"id": "a", "accept": {"salary": [5]}}], "5 is not of type"),
        ([{"id": "a", "colour": "red"}], "the row: unknown key colour; .*; see docs/labels.md"),
        (
            [{"id": "a", "gold": {**GOLD, "titel": "Cooper"}}],
            "a, gold: unknown key titel; it can have is_posting, title, .*; see docs/labels.md",
        ),
        ([{"id": "a"}, {"id": "a"}], r"rows\.jsonl:2: the id 'a' is taken by .*rows\.jsonl:1"),
        ([{"id": "a", "twin_of": "z"}], "twin of 'z', which is not in the dataset"),
    ],
)
def test_a_label_that_cannot_be_used_is_named(
    tmp_path: Path, rows: list[dict[str, Any]], message: str
) -> None:
    """Loading ends at the first fault with its case, its field and its place."""
    with pytest.raises(InputError, match=message):
        load(jsonl(tmp_path, *rows))


def test_what_is_no_dataset_is_an_error(tmp_path: Path) -> None:
    """Nothing there, an empty directory, an empty file and a broken line are told apart."""
    with pytest.raises(InputError, match="no such directory or file"):
        load(tmp_path / "gone")
    with pytest.raises(InputError, match="holds no labels"):
        load(tmp_path)
    (tmp_path / "rows.jsonl").write_text("\n")
    with pytest.raises(InputError, match="holds no rows"):
        load(tmp_path / "rows.jsonl")
    (tmp_path / "rows.jsonl").write_text("{broken\n")
    with pytest.raises(InputError, match=r"rows\.jsonl:1: not JSON"):
        load(tmp_path / "rows.jsonl")


def test_a_missing_document_names_its_label(tmp_path: Path) -> None:
    """The label file is named with the document that it lacks."""
    where = directory(tmp_path / "set", {"id": "a"})
    (where / "documents" / "a.txt").unlink()
    with pytest.raises(InputError, match=r"a\.json: .*a\.txt cannot be read"):
        load(where)
    assert "a.txt" in found(where)["a"][0]


def test_a_good_dataset_has_nothing_to_fix(tmp_path: Path) -> None:
    """Labels that the text says pass, in figures, in words and with other separators."""
    assert {} == found(directory(tmp_path / "set", {"id": "a"}))


@pytest.mark.parametrize(
    ("gold", "fault"),
    [
        ({"title": "Head Cooper"}, "title: 'Head Cooper' is not in the text"),
        ({"locations": [{"city": "Dijon"}]}, "locations: 'Dijon' is not in the text"),
        ({"job_ids": ["VH-9"]}, "job_ids: 'VH-9' is not in the text"),
        ({"skills": ["stave bending"]}, "skills: 'stave bending' is not in the text"),
        ({"salary": {"min": 2250, "max": None}}, "salary: 2250 is not among the numbers"),
        ({"experience_years": {"min": 7, "max": None}}, "experience_years: 7 is not among"),
        ({"posted_on": "2025-05-04"}, "posted_on: 2025-05-04 is not among the dates"),
    ],
)
def test_a_label_that_the_text_does_not_say(gold: dict[str, Any], fault: str) -> None:
    """Words, amounts, years and dates are looked for in the document."""
    told = unsaid(from_text(TEXT), gold)
    assert 1 == len(told)
    assert told[0].startswith(fault)


@given(
    st.decimals(min_value=2, max_value=10**7, places=2).map(float),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", ".")]),
)
def test_an_amount_is_found_in_any_notation(amount: float, marks: tuple[str, str]) -> None:
    """Separators of thousands and of decimals do not hide a number."""
    written = f"{amount:,.2f}".translate({ord(","): marks[0], ord("."): marks[1]})
    document = from_text(f"Cooper, pay {written} EUR")
    assert [] == unsaid(document, {"salary": {"min": amount, "max": amount}})


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"gold": {**GOLD, "salary": {"min": 2150, "max": 2150, "currency": "EUZ"}}}, "'EUZ'"),
        ({"gold": {**GOLD, "salary": {"min": 2150, "max": 2}}}, "min 2150 is more than max 2"),
        ({"gold": {**GOLD, "locations": [{"city": "Beaune", "country": "XQ"}]}}, "'XQ'"),
        ({"gold": {**GOLD, "languages": ["Vattish"]}}, "'Vattish'"),
        (
            {"gold": {"is_posting": False, "title": "Cooper (f/m)"}},
            "no posting, and yet it has title",
        ),
        ({"accept": {"title": ["Cooper (f/m)"]}}, "accept.title: repeats the label"),
        ({"accept": {"seniority": ["mid"]}}, "accept.seniority: the field has no label"),
        ({"twin_of": "a"}, "twin_of: no other case"),
        ({"accept": {"locations": [[{"country": "XQ"}]]}}, "'XQ'"),
    ],
)
def test_a_label_outside_its_vocabulary(tmp_path: Path, row: dict[str, Any], fault: str) -> None:
    """Codes, ranges, twins and accepted values are checked, and the case is named."""
    faults = found(jsonl(tmp_path, {"id": "a", **row}))
    assert ["a"] == list(faults)
    assert any(fault in told for told in faults["a"])


@pytest.mark.parametrize(
    "page",
    [
        """<p>{text}</p>
        <script type="application/ld+json">{"id": "VH-9", "on": "2026-04-02", "p": , }</script>""",
        '<p>{text} <a href="/jobs/VH-9?on=2026-04-02">Apply</a></p>',
        "{text}\n\n[Apply](https://hoop.example.com/jobs/VH-9/2026-04-02)",
    ],
)
def test_what_a_page_says_without_showing_it(tmp_path: Path, page: str) -> None:
    """An id and a date count that are only in broken JSON-LD, or in the address of a link."""
    told = {**GOLD, "job_ids": ["VH-9"], "posted_on": "2026-04-02"}
    text = page.replace("{text}", TEXT)
    assert {} == found(jsonl(tmp_path, {"id": "a", "text": text, "gold": told}))
    told["company"] = "Stave & Co"
    faults = found(jsonl(tmp_path, {"id": "a", "text": text, "gold": told}))
    assert ["company: 'Stave & Co' is not in the text"] == faults["a"]


def test_what_a_page_hides_otherwise_is_not_said(tmp_path: Path) -> None:
    """A comment, a hidden element and another script are not where labels come from."""
    hidden = "<!-- VH-9 --><p hidden>VH-9</p><script>var id = 'VH-9'</script>"
    row = {"id": "a", "text": f"<p>{TEXT}</p>{hidden}", "gold": {**GOLD, "job_ids": ["VH-9"]}}
    assert ["job_ids: 'VH-9' is not in the text"] == found(jsonl(tmp_path, row))["a"]


def test_links_and_structured_data_are_what_a_page_does_not_show() -> None:
    """Addresses end with the markup around them; JSON-LD is handed back as it is written."""
    page = '<script type="application/ld+json">{"a": 1,}</script><a href=/b>c</a> (https://d.e/f)'
    assert ['{"a": 1,}', "href=/b", "https://d.e/f"] == unshown(page).split("\n")


def test_a_variety_of_a_language_is_a_language(tmp_path: Path) -> None:
    """Valencian has an English name, though its code is that of Catalan."""
    row = {"id": "a", "gold": {**GOLD, "languages": ["Valencian", "Catalan"]}}
    assert {} == found(jsonl(tmp_path, row))


def test_ids_and_documents_belong_to_one_case(tmp_path: Path) -> None:
    """An id taken twice, a document taken twice and a document of no label are found."""
    where = directory(tmp_path / "set", {"id": "a"}, {"id": "b", "document": "documents/a.txt"})
    copy = where / "labels" / "c.json"
    copy.write_text((where / "labels" / "a.json").read_text(), "utf-8")
    told = {name: " ".join(faults) for name, faults in problems(where) if faults}
    assert "is the document of a too" in told["b"]
    assert "the id is taken by" in told["a"]
    assert "no label names this document" == told["documents/b.txt"]


def test_the_shipped_dataset_is_of_its_schema() -> None:
    """Every label loads, and names a vocabulary value; there are cases in both splits."""
    dataset = load(SHIPPED)
    assert {"dev", "test"} == {case.split for case in dataset.cases}


def test_the_shipped_dataset_has_nothing_to_fix() -> None:
    """What the labels say is in the documents, the twins' too."""
    assert {} == found(SHIPPED)


def test_the_shipped_twins_differ_in_the_document_alone() -> None:
    """Ten documents stand there twice, the second time with words added and the same labels."""
    cases = {case.id: case for case in load(SHIPPED).cases}
    twins = [(case, cases[case.twin_of]) for case in cases.values() if case.twin_of]
    assert 10 == len(twins) == len({original.id for _, original in twins})
    for twin, original in twins:
        assert original.gold == twin.gold, twin.id
        assert original.split == twin.split, twin.id
        there, here = (Path(case.source).read_text("utf-8") for case in (original, twin))
        left = iter(here)
        assert all(character in left for character in there), f"{twin.id}: something is missing"
        assert len(here) > len(there), twin.id
