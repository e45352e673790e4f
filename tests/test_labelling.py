"""Labels made by hand: on disk at every change, and never over somebody else's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import BaseModel

from evals.data.dataset import load
from evals.data.rubric import BUILT_IN, rubric_of
from evals.labelling.label_desk import Desk
from evals.labelling.questions import derived, fields_of
from evals.labelling.sheet import InvalidLabelError, Sheet, StaleLabelError
from evals.labelling.suggestions import Suggestion, suggestions
from evals.labelling.web import application
from extract.errors import InputError
from extract.text.document import from_text
from extract.values import Span
from tests.raw_pages import BAKER, write_pages


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Make a folder of three raw pages."""
    return write_pages(tmp_path / "pages")


def row(**gold: Any) -> dict[str, Any]:
    """Return a label as the page sends it."""
    return {"gold": {"is_posting": True, **gold}}


class TestSheet:
    """What is on disk, and when."""

    def test_a_folder_of_raw_pages_becomes_a_dataset(self, pages: Path) -> None:
        """One label is enough for `eval` to read the folder; unlabelled pages are no cases."""
        sheet = Sheet(pages, BUILT_IN)
        assert ["attack", "baker", "news"] == list(sheet.entries)
        sheet.put("baker", row(title="Night baker"), "")
        (case,) = load(pages).cases
        assert ("baker", ("Night baker",)) == (case.id, case.gold["title"])
        assert BAKER.strip() == case.document().text.strip()

    def test_rows_of_others_stay_byte_for_byte(self, tmp_path: Path) -> None:
        """A change rewrites its own line of a .jsonl file and no other one."""
        file = tmp_path / "set.jsonl"
        lines = [
            '{"id":  "a", "text": "A cook", "gold": {"is_posting": true}}',
            '{"id": "b", "text": "A baker", "gold": {"is_posting": true}}',
        ]
        file.write_text("\n".join(lines) + "\n", "utf-8")
        sheet = Sheet(file, BUILT_IN)
        sheet.put("b", row(title="Baker"), self.revision(sheet, "b"))
        first, second = file.read_text("utf-8").splitlines()
        assert lines[0] == first
        assert "Baker" == json.loads(second)["gold"]["title"]

    def test_a_file_that_is_not_there_yet_is_made(self, tmp_path: Path, pages: Path) -> None:
        """`--documents` names what is to be labelled; the file appears with the first label."""
        file = tmp_path / "mine.jsonl"
        sheet = Sheet(file, BUILT_IN, [pages])
        assert not file.exists()
        sheet.put("baker", row(title="Night baker"), "")
        assert ["baker"] == [case.id for case in load(file).cases]

    def test_a_label_changed_elsewhere_is_not_overwritten(self, pages: Path) -> None:
        """Two windows: the second to save is told, and nothing of the first is lost."""
        one, two = Sheet(pages, BUILT_IN), Sheet(pages, BUILT_IN)
        one.put("baker", row(title="Night baker"), "")
        with pytest.raises(StaleLabelError):
            two.put("baker", row(title="Baker"), "")
        stored = one.row("baker")
        assert stored is not None
        assert "Night baker" == stored["gold"]["title"]

    @pytest.mark.parametrize(
        ("label", "fault"),
        [
            (row(workplace="at sea"), "workplace"),
            (row(heat=3), "heat"),
            ({**row(title="x"), "evidence": {"title": [[0, 9_999]]}}, "outside"),
            ({"gold": {"title": "x"}}, "is_posting"),
        ],
    )
    def test_a_label_that_does_not_fit_is_refused(
        self, pages: Path, label: dict[str, Any], fault: str
    ) -> None:
        """The fault is named, and the file is not touched."""
        sheet = Sheet(pages, BUILT_IN)
        with pytest.raises(InvalidLabelError, match=fault):
            sheet.put("baker", label, "")
        assert not (pages / "labels").exists()

    def test_labels_that_do_not_fit_stop_the_start(self, pages: Path) -> None:
        """A dataset that cannot be read whole is never written to."""
        (pages / "labels").mkdir()
        broken = pages / "labels" / "baker.json"
        broken.write_text('{"id": "baker", "document": "baker.txt", "gold": {"heat": 1}}', "utf-8")
        with pytest.raises(InputError, match="baker"):
            Sheet(pages, BUILT_IN)

    def test_two_pages_of_one_stem_have_ids_of_their_own(self, pages: Path) -> None:
        """`baker.txt` and `baker.md` do not share a label."""
        (pages / "baker.md").write_text("# Baker\n", "utf-8")
        assert {"baker.txt", "baker.md"} <= set(Sheet(pages, BUILT_IN).entries)

    def test_a_first_label_can_be_taken_back(self, pages: Path) -> None:
        """Undoing the first change leaves no empty label behind."""
        sheet = Sheet(pages, BUILT_IN)
        revision = sheet.put("baker", row(title="x"), "")
        sheet.remove("baker", revision)
        assert {} == sheet.labelled()

    def test_a_full_disk_loses_nothing(self, pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The label that was there is still whole."""
        sheet = Sheet(pages, BUILT_IN)
        revision = sheet.put("baker", row(title="Night baker"), "")

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("extract.whole_file.os.fsync", full)
        with pytest.raises(OSError, match="space"):
            sheet.put("baker", row(title="x"), revision)
        stored = sheet.row("baker")
        assert stored is not None
        assert "Night baker" == stored["gold"]["title"]
        assert ["baker.json"] == [file.name for file in (pages / "labels").iterdir()]

    @staticmethod
    def revision(sheet: Sheet, name: str) -> str:
        """Return the revision that a page would have loaded."""
        from evals.labelling.sheet import revision_of  # noqa: PLC0415 - used here alone

        return revision_of(sheet.row(name))


class Invoice(BaseModel):
    """An invoice, for a schema of one's own."""

    number: str
    total: float | None = None
    paid: bool | None = None


def words(text: str, quote: str) -> Span:
    """Return where a quote stands."""
    return Span(text.index(quote), text.index(quote) + len(quote))


def test_every_field_has_a_key_of_its_own() -> None:
    """No two fields share a key, and none has a letter that is a command."""
    keys = [field.key for field in fields_of(BUILT_IN) if field.key]
    assert len(keys) == len(set(keys))
    assert not set(keys) & set("juznxe12")
    some = fields_of(BUILT_IN, ["languages", "title"])
    assert {"title": "t", "languages": "g"} == {field.name: field.key for field in some}


@pytest.mark.parametrize(
    ("name", "quote", "expected"),
    [
        ("title", "Night baker", "Night baker"),
        (
            "salary",
            "£14.50 an hour",
            {"min": 14.5, "max": 14.5, "currency": "GBP", "period": "hour", "gross": None},
        ),
        ("languages", "You speak Polish", ["Polish"]),
        ("salary", "Ovenside", None),
    ],
)
def test_chosen_words_are_read_as_a_label_has_them(name: str, quote: str, expected: Any) -> None:
    """What code derives is what a person would otherwise have to type."""
    document = from_text(BAKER, id="baker", source="-")
    assert expected == derived(BUILT_IN, name, document, words(document.text, quote))


@pytest.mark.parametrize(
    ("name", "quote", "expected"),
    [
        ("responsibilities", "- You knead\n\n• You bake bread", ["You knead", "You bake bread"]),
        ("skills", "Excel, SAP and Linux", ["Excel", "SAP", "Linux"]),
        ("locations", "Leeds, UK", 1),
    ],
)
def test_the_items_of_a_list_are_chosen_at_once(name: str, quote: str, expected: Any) -> None:
    """Line by line and without bullets; what spans the whole stays whole."""
    text = f"Baker\nLeeds, UK\nYour tasks\n- You knead\n\n• You bake bread\nYou know {SKILLS}.\n"
    document = from_text(text, id="baker", source="-")
    value = derived(BUILT_IN, name, document, words(document.text, quote))
    assert expected == (len(value) if isinstance(expected, int) else value)


SKILLS = "Excel, SAP and Linux"


def test_a_schema_of_ones_own_is_labelled(tmp_path: Path) -> None:
    """Its types are the form of the values, and its labels are checked with them."""
    file, text = tmp_path / "invoices.jsonl", "Invoice A-17\nTotal: 40.50\n"
    (tmp_path / "a.txt").write_text(text, "utf-8")
    rubric = rubric_of(Invoice)
    sheet = Sheet(file, rubric, [tmp_path / "a.txt"])
    document = sheet.entries["a"].document()
    assert 40.5 == derived(rubric, "total", document, words(document.text, "40.50"))
    sheet.put("a", row(number="A-17", total=40.5), "")
    with pytest.raises(InvalidLabelError, match="total"):
        sheet.put("a", row(total="much"), TestSheet.revision(sheet, "a"))


def test_rows_of_a_run_are_suggested(tmp_path: Path) -> None:
    """Values, offsets and how sure the run was; failures suggest nothing."""
    quote = {"start": 0, "end": 4, "quote": "Cook"}
    record = {
        "id": "a",
        "is_posting": True,
        "posting": {"title": "Cook"},
        "evidence": {"title": [quote]},
        "confidence": {"title": 0.9},
    }
    failed = {"id": "b", "error": "RefusalError", "message": "no"}
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(record) + "\n" + json.dumps(failed) + "\n", "utf-8")
    expected = Suggestion(True, {"title": "Cook"}, {"title": [(0, 4)]}, {"title": 0.9})
    assert {"a": expected} == suggestions(file, {"a"})
    file.write_text('{"name": "no row"}\n', "utf-8")
    with pytest.raises(InputError, match="postings extract"):
        suggestions(file, {"a"})


class TestServer_:  # noqa: N801 - TestServer is aiohttp's
    """The guard and the requests."""

    @staticmethod
    def asked(
        pages: Path,
        ask: Callable[[TestClient[Any, Any]], Any],
        token: str = "secret",  # noqa: S107 - of this test
    ) -> Any:
        """Run a coroutine against the server of a folder."""

        async def run() -> Any:
            desk = Desk(Sheet(pages, BUILT_IN), token="secret")  # noqa: S106 - of this test
            headers = {"X-Token": token} if token else {}
            async with TestClient(TestServer(application(desk)), headers=headers) as client:
                return await ask(client)

        return asyncio.run(run())

    @pytest.mark.parametrize(
        ("token", "headers"),
        [
            ("", {}),
            ("guess", {}),
            ("secret", {"Origin": "http://elsewhere.example"}),
            ("secret", {"Host": "elsewhere.example"}),
        ],
    )
    def test_others_are_refused(self, pages: Path, token: str, headers: dict[str, str]) -> None:
        """Nothing is read or written without the token, from another page, or by another name."""

        async def ask(client: TestClient[Any, Any]) -> set[int]:
            read = await client.get("/documents", headers=headers)
            written = await client.put(
                "/documents/baker", json={"row": row(title="x"), "revision": ""}, headers=headers
            )
            return {read.status, written.status}

        assert {403} == self.asked(pages, ask, token)
        assert not (pages / "labels").exists()

    def test_a_stale_label_and_a_wrong_one_are_told_apart(self, pages: Path) -> None:
        """409 for a label that was changed elsewhere, 422 with the faults for one that is wrong."""

        async def ask(client: TestClient[Any, Any]) -> list[Any]:
            async def put(label: dict[str, Any], revision: str) -> web.StreamResponse:
                body = {"row": label, "revision": revision}
                return await client.put("/documents/baker", json=body)  # type: ignore[return-value]

            first = await put(row(title="Night baker"), "")
            stale = await put(row(title="x"), "")
            wrong = await client.put("/documents/news", json={"row": row(heat=1), "revision": ""})
            broken = await client.put("/documents/news", data="{")
            return [first.status, stale.status, wrong.status, broken.status, await wrong.json()]

        *codes, faults = self.asked(pages, ask)
        assert [200, 409, 422, 400] == codes
        assert "heat" in str(faults)

    def test_the_page_may_run_its_own_script_alone(self, pages: Path) -> None:
        """Its policy names the script by its hash, and forbids requests to other servers."""

        async def ask(client: TestClient[Any, Any]) -> str:
            return (await client.get("/?token=secret")).headers["Content-Security-Policy"]

        policy = self.asked(pages, ask)
        assert "script-src 'sha256-" in policy
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
