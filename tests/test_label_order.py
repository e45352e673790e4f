"""What to label next, and what two runs leave to choose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.data.rubric import BUILT_IN
from evals.labelling.label_desk import Desk
from evals.labelling.label_order import UNKNOWN, Teaching, stating, teaching
from evals.labelling.sheet import Sheet
from evals.labelling.suggestions import Source, Suggestion, differing, sources, suggestions
from extract.errors import InputError

NAMES = tuple(BUILT_IN.kinds)


def found(*, posting: bool = True, sure: float | None = None, **values: Any) -> Suggestion:
    """Return what a run found, as sure of each value as of the others."""
    confidence = {} if sure is None else dict.fromkeys(values, sure)
    return Suggestion(posting, values, {}, confidence)


class TestTeaching:
    """The score, and its reason in words."""

    def test_a_dispute_counts_one_and_a_doubt_its_chance(self) -> None:
        """The salary differs; both are 0.8 sure of the title: 1 + 0.2 x 0.2, and both are new."""
        one = found(title="Cook", salary={"min": 12.0, "max": 12.0}, sure=0.8)
        other = found(title="Cook", salary={"min": 15.0, "max": 15.0}, sure=0.8)
        worth = teaching([one, other], BUILT_IN, NAMES)
        assert ("salary",) == worth.disputed
        assert pytest.approx(1.04 + 2) == worth.score({})
        assert pytest.approx(1.04 + 1 / 10 + 1 / 2) == worth.score({"title": 9, "salary": 1})

    def test_one_source_is_doubted_by_its_confidence(self) -> None:
        """A value without a figure is as doubtful as UNKNOWN says."""
        assert {"title": pytest.approx(0.1)} == teaching(
            [found(title="Cook", sure=0.9)], BUILT_IN, NAMES
        ).doubt
        bare = teaching([found(title="Cook")], BUILT_IN, NAMES)
        assert {"title": 1 - UNKNOWN} == bare.doubt

    def test_a_value_that_one_source_lacks_is_a_dispute(self) -> None:
        """Both ways round; wordings that score alike are none."""
        one, other = found(title="Night cook", company="Oven Ltd"), found(title="Night Cook")
        assert ("company",) == differing([one, other], BUILT_IN, NAMES)
        assert ("company",) == differing([other, one], BUILT_IN, NAMES)

    def test_is_it_a_posting_comes_before_its_fields(self) -> None:
        """Where two runs differ on that, no field is compared."""
        worth = teaching([found(title="Cook"), found(posting=False)], BUILT_IN, NAMES)
        assert ("is_posting",) == worth.disputed
        assert "whether it is a posting" in worth.reason({})

    def test_only_the_fields_that_are_asked_count(self) -> None:
        """A dispute of another field moves nothing."""
        one, other = found(title="Cook", company="A"), found(title="Baker", company="B")
        assert ("title",) == teaching([one, other], BUILT_IN, ["title"]).disputed

    def test_the_reason_names_fields_that_few_labels_state(self) -> None:
        """Once some are stated often; before the first label every field is new."""
        worth = Teaching((), {"title": 0.1}, ("title", "seniority"))
        assert "" == worth.reason({})
        assert "no label states seniority yet" == worth.reason({"title": 12})
        assert "few labels state seniority" == worth.reason({"title": 12, "seniority": 2})

    @given(st.dictionaries(st.sampled_from(NAMES), st.integers(0, 50)), st.sampled_from(NAMES))
    def test_one_more_label_of_a_field_never_raises_the_score(
        self, labelled: dict[str, int], name: str
    ) -> None:
        """So the order turns to what is still rare."""
        worth = Teaching((), {}, NAMES)
        more = labelled | {name: labelled.get(name, 0) + 1}
        assert worth.score(more) < worth.score(labelled)

    def test_null_and_empty_state_nothing(self) -> None:
        """A label that says "not stated" is no value of the field."""
        golds = [{"is_posting": True, "title": "Cook", "salary": None, "skills": []}]
        assert {"title": 1} == stating(golds)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Make a folder of three pages."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"Cook {name}\nPay: £12 an hour\n", "utf-8")
    return folder


def gold(**values: Any) -> dict[str, Any]:
    """Return a label as the page sends it."""
    return {"gold": {"is_posting": True, **values}}


class TestDesk:
    """The order that the page shows."""

    def test_disputes_come_first_and_labelled_documents_last(self, pages: Path) -> None:
        """Sure ones between them; a document without a row says so."""
        small = Source("small", {"a": found(title="Cook", sure=0.9), "b": found(title="Cook")})
        large = Source("large", {"a": found(title="Cook", sure=0.9), "b": found(title="Chef")})
        desk = Desk(Sheet(pages, BUILT_IN), (small, large))
        assert ["b", "a", "c"] == [row["id"] for row in desk.listed({})]
        assert "no run has a row of it" == desk.listed({})[-1]["why"]
        desk.sheet.put("b", gold(title="Cook"), "")
        listed = desk.listed(desk.sheet.labelled())
        assert ["a", "c", "b"] == [row["id"] for row in listed]
        assert (True, True) == (listed[-1]["labelled"], listed[-1]["begun"])

    def test_a_rare_field_moves_a_document_forward(self, pages: Path) -> None:
        """With the first label of a field, others that state it wait."""
        rows = {
            "a": found(title="Cook", sure=0.99),
            "b": found(title="Cook", sure=0.99),
            "c": found(seniority="lead", sure=0.99),
        }
        desk = Desk(Sheet(pages, BUILT_IN), (Source("rows", rows),))
        assert "a" == desk.listed({})[0]["id"]
        desk.sheet.put("a", gold(title="Cook"), "")
        first = desk.listed(desk.sheet.labelled())[0]
        assert ("c", "no label states seniority yet") == (first["id"], first["why"])

    def test_without_runs_the_order_stays(self, pages: Path) -> None:
        """A person who labels blind finds the documents where they were."""
        desk = Desk(Sheet(pages, BUILT_IN))
        desk.sheet.put("a", gold(title="Cook"), "")
        assert ["a", "b", "c"] == [row["id"] for row in desk.listed(desk.sheet.labelled())]

    def test_a_label_is_begun_until_every_asked_field_is_labelled(self, pages: Path) -> None:
        """Fields that are not asked do not count, nor do pages that are no posting."""
        desk = Desk(Sheet(pages, BUILT_IN), only=["title", "company"])
        assert desk.begun(gold(title="Cook"))
        assert not desk.begun(gold(title="Cook", company=None))
        assert not desk.begun({"gold": {"is_posting": False}})
        assert not desk.begun(None)

    def test_a_field_that_the_schema_has_not_is_refused(self, pages: Path) -> None:
        """By its name, with the names that there are."""
        with pytest.raises(InputError, match=r"'pay'.*salary"):
            Desk(Sheet(pages, BUILT_IN), only=["pay"]).checked()

    def test_rows_of_another_dataset_are_refused(self, pages: Path) -> None:
        """Be it by their ids, or by the hashes of the texts that they were made from."""
        sheet = Sheet(pages, BUILT_IN)
        with pytest.raises(InputError, match="no row has the id"):
            Desk(sheet, (Source("rows", {"z": found(title="Cook")}),)).checked()
        foreign = Suggestion(True, {"title": "Cook"}, document_sha256="0" * 64)
        with pytest.raises(InputError, match="other texts"):
            Desk(sheet, (Source("rows", {"a": foreign}),)).checked()

    def test_unknown_ids_are_named_and_a_changed_text_suggests_nothing(self, pages: Path) -> None:
        """The rest of the rows is used."""
        sheet = Sheet(pages, BUILT_IN)
        document = sheet.entries["a"].document()
        rows = {
            "a": Suggestion(True, {"title": "Cook"}, document_sha256=document.sha256),
            "b": Suggestion(True, {"title": "Cook"}, document_sha256="0" * 64),
            "gone": found(title="Cook"),
        }
        desk = Desk(sheet, (Source("rows", rows),))
        (note,) = desk.checked()
        assert "gone" in note
        assert "Cook" == desk.found(document)["suggested"]["values"]["title"]
        other = desk.found(sheet.entries["b"].document())
        assert other["suggested"] is None
        assert "another text of b" in other["warnings"][0]

    def test_both_values_are_offered_with_their_sources(self, pages: Path) -> None:
        """With the places where each was read."""
        one = Suggestion(True, {"title": "Cook"}, {"title": [(0, 4)]})
        rows = (Source("small", {"a": one}), Source("large", {"a": found(title="Cook a")}))
        desk = Desk(Sheet(pages, BUILT_IN), rows)
        offered = desk.found(desk.sheet.entries["a"].document())["alternatives"]["title"]
        assert [("small", "Cook", [(0, 4)]), ("large", "Cook a", [])] == [
            (each["source"], each["value"], each["evidence"]) for each in offered
        ]


def written(path: Path, *rows: dict[str, Any]) -> Path:
    """Write rows of a run."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_the_rows_of_a_page_with_several_postings_suggest_their_titles(tmp_path: Path) -> None:
    """Its parts are no documents of their own in a dataset."""
    parts = [
        {"id": f"list#{n}", "is_posting": True, "posting": {"title": title}, "evidence": {}}
        for n, title in ((1, "Cook"), (2, "Baker"))
    ]
    made = suggestions(written(tmp_path / "rows.jsonl", *parts), {"list"})
    assert {"list": ("Cook", "Baker")} == {id_: each.roles for id_, each in made.items()}


def test_ids_of_documents_may_hold_a_number_sign(tmp_path: Path) -> None:
    """REQ#1001 is a document if the dataset has it, and no part of a page."""
    row = {"id": "REQ#1001", "is_posting": True, "posting": {"title": "Cook"}, "evidence": {}}
    made = suggestions(written(tmp_path / "rows.jsonl", row), {"REQ#1001", "REQ"})
    assert {"REQ#1001": "Cook"} == {id_: each.value("title") for id_, each in made.items()}


def test_a_third_source_and_the_same_one_twice_are_refused(tmp_path: Path) -> None:
    """Two values can be chosen between, not three, and not one."""
    row = {"id": "a", "is_posting": True, "posting": {}, "evidence": {}}
    paths = [written(tmp_path / f"{name}.jsonl", row) for name in "xyz"]
    with pytest.raises(InputError, match="3 times"):
        sources(paths, {"a"})
    with pytest.raises(InputError, match="given twice"):
        sources([paths[0], paths[0]], {"a"})
    assert ["x", "y"] == [each.name for each in sources(paths[:2], {"a"})]
