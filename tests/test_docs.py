"""The documentation: its examples run, its links lead somewhere, and it says what the code says."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from rich.text import Text

import extract
from docs.generate.pages import pages
from evals.data.label_files import Label, faults
from evals.data.rubric import BUILT_IN
from evals.scoring import score_gate
from extract import errors
from extract.asking import prompt as prompts
from tests.own_schemas import said
from tests.server import Request, answering, completion

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
READ_IN_THE_REPOSITORY = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
BESIDE_THEIR_FILES = [
    ROOT / "evals" / "baselines" / "README.md",
    ROOT / "evals" / "datasets" / "postings" / "README.md",
    ROOT / "tests" / "pages" / "README.md",
]
PAGE = DOCS / "schemas.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)

ANSWER = {
    "is_posting": True,
    "number": "R-2027/118",
    "issued": said("03.04.2027", "2027-04-03"),
    "lines": [
        {
            "what": "Roggenmehl",
            "amount": said("214,80", 214.8),
        }
    ],
    "total": said("1.233,30 €", 1233.3),
}


def _answered(asked: Request) -> tuple[int, dict[str, Any]]:
    return completion(json.dumps(ANSWER))


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_the_examples_of_schemas_run(
    block: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A comment below a print is what it prints."""
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    with answering(_answered) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        code = compile(block, PAGE.name, "exec", dont_inherit=True)
        exec(code, {"__name__": "schemas"})  # noqa: S102 - the documentation's own code
    printed = capsys.readouterr().out.splitlines()
    assert printed
    assert re.findall(r"^# (.+)$", block, re.MULTILINE) == printed


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize(("path", "text"), pages().items(), ids=map(_name, pages()))
def test_a_page_that_follows_from_the_code_is_up_to_date(path: Path, text: str) -> None:
    """Commands, vocabularies and providers are in the documentation as they are in the code."""
    assert text == path.read_text("utf-8"), "run `make pages`"


def _anchors(path: Path) -> set[str]:
    """Return what a link can name on a page: its headings, as the site names them."""
    prose = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    heads = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", head.lower())) for head in heads}


@pytest.mark.parametrize("path", [*READ_IN_THE_REPOSITORY, *BESIDE_THEIR_FILES, *PAGES], ids=_name)
def test_every_module_and_file_named_is_there(path: Path) -> None:
    """A command or a path that the code has outgrown is an error."""
    text = path.read_text("utf-8")
    for module in re.findall(r"python -m ((?:evals|tools)[.\w]*\w)", text):
        assert find_spec(module), module
    for name in re.findall(r"`((?:extract|evals|tests|prompts|findings)/[\w./-]*)`", text):
        assert (ROOT / name).exists(), name


def test_the_map_names_every_room() -> None:
    """Whoever looks for a place to add something finds each folder of code described."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rooms = [
        path.parent for top in ("extract", "evals") for path in ROOT.glob(f"{top}/*/__init__.py")
    ]
    assert rooms
    assert [] == [_name(room) for room in rooms if f"`{_name(room)}/`" not in text]


@pytest.mark.parametrize("path", [*READ_IN_THE_REPOSITORY, *PAGES], ids=_name)
def test_every_link_leads_somewhere(path: Path) -> None:
    """A link to a file or a heading that is gone is an error; the site links only within itself."""
    prose = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        assert path in READ_IN_THE_REPOSITORY or target.is_relative_to(DOCS), link
        assert not anchor or anchor in _anchors(target), link


def test_the_site_has_every_page() -> None:
    """A page that the navigation leaves out would not be found."""
    site = tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))["project"]

    def listed(entries: Any) -> list[str]:
        if isinstance(entries, str):
            return [entries]
        each = entries.values() if isinstance(entries, dict) else entries
        return [page for entry in each for page in listed(entry)]

    assert sorted(str(path.relative_to(DOCS)) for path in PAGES) == sorted(listed(site["nav"]))


def test_the_api_pages_have_every_exported_name() -> None:
    """What can be imported from the package is described."""
    described = {
        name
        for path in (DOCS / "api").glob("*.md")
        for name in re.findall(r"^::: extract\.(\w+)$", path.read_text("utf-8"), re.MULTILINE)
    }
    assert set(extract.__all__) <= described | set(errors.__all__)


@pytest.mark.parametrize("page", ["labels.md", "tutorial.md"])
def test_the_labels_shown_are_labels(page: str) -> None:
    """Rows in the documentation are of the format that it describes."""
    blocks = _blocks(page, "json")
    rows = [row for block in blocks for row in _rows(block) if "total" not in row["gold"]]
    assert rows
    for row in rows:
        assert [] == faults(Label(page, row), BUILT_IN)


def _rows(text: str) -> list[dict[str, Any]]:
    """Return the JSON values that stand one after another in a text."""
    rows, decoder = [], json.JSONDecoder()
    while text := text.strip():
        row, end = decoder.raw_decode(text)
        rows.append(row)
        text = text[end:]
    return rows


@pytest.mark.parametrize("page", ["gate.md", "tutorial.md"])
def test_the_gates_shown_are_gates(page: str, tmp_path: Path) -> None:
    """The limits in the documentation are of the format that it describes."""
    (text,) = _blocks(page, "toml")
    file = tmp_path / "gate.toml"
    file.write_text(text.replace('"items.amount"', "company"), "utf-8")
    gate = score_gate.load(file)
    assert gate.floors
    assert gate.ceilings


def test_the_template_shown_is_a_template(tmp_path: Path) -> None:
    """The prompt in the documentation loads."""
    (text,) = _blocks("prompts.md", "toml")
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    assert "mine@1" == prompts.load(tmp_path / "mine.toml").name


def test_no_help_is_taken_for_markup() -> None:
    """A terminal would swallow a word in brackets."""
    lines = (ROOT / "docs" / "commands.md").read_text("utf-8").splitlines()
    helps = [line.split("|")[2] for line in lines if line.startswith("| `--")]
    assert helps
    assert helps == [Text.from_markup(each).plain for each in helps]
