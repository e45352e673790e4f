"""A first look: measured once, on pages that are not part of the project."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from evals.bench import first_look
from evals.bench.first_look import ROUNDS, with_texts
from evals.data.dataset import load
from extract.errors import InputError
from tests.server import answering, simplest

TEXTS = {
    "dover": "Night Baker\nOven & Sons, Dover\nWe are looking for a baker. £14 an hour.",
    "tips": "How to write a cover letter\u2028Keep it to one page.",
}


def written(folder: Path, texts: dict[str, str]) -> tuple[Path, Path]:
    """Write a round of labels, and the pages that somebody has for it."""
    labels, pages = folder / "round1.jsonl", folder / "pages.jsonl"
    rows = [
        {
            "id": name,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "gold": {"is_posting": name == "dover", "title": "Night Baker"}
            if name == "dover"
            else {"is_posting": False},
        }
        for name, text in TEXTS.items()
    ]
    labels.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    given = [json.dumps({"id": n, "text": t}, ensure_ascii=False) for n, t in texts.items()]
    pages.write_text("\n".join(given), encoding="utf-8")
    return labels, pages


def run(*words: Any) -> Any:
    """Run the command."""
    app = typer.Typer()
    app.command()(first_look.main)
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_round_is_measured_once_and_keeps_no_word_of_its_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second look at the same pages is refused, with the day of the first."""
    labels, pages = written(tmp_path, TEXTS)
    with answering(simplest) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        first = run(labels, "--texts", pages, "--model", "simple")
        asked = len(server.requests)
        second = run(labels, "--texts", pages, "--model", "simple")
        assert asked == len(server.requests) == 2
    assert 0 == first.exit_code, first.output
    kept = labels.with_suffix(".result.json").read_text()
    assert "Baker" not in kept
    assert "Dover" not in kept
    assert 2 == len(first_look.curve(tmp_path)[0].cases)
    assert 2 == second.exit_code
    assert "a second look is not the first" in " ".join(second.output.replace("│", " ").split())


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"dover": TEXTS["dover"]}, "there is no page 'tips' with a text"),
        (TEXTS | {"tips": "Other words"}, "'tips' is not the text that was labelled"),
    ],
)
def test_pages_are_those_that_were_labelled(
    texts: dict[str, str], words: str, tmp_path: Path
) -> None:
    """A page that is missing, or has changed since, is named."""
    with pytest.raises(InputError, match=words):
        with_texts(*written(tmp_path, texts))


def test_the_rounds_of_the_project_are_sound(tmp_path: Path) -> None:
    """Every label is one, every page has its hash and its source, and every result its round."""
    rounds = sorted(ROUNDS.glob("round*.jsonl"))
    assert rounds
    for path in rounds:
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        assert all(64 == len(row.pop("sha256")) and row["source"] for row in rows)
        copy = tmp_path / path.name
        copy.write_text("".join(f"{json.dumps(row | {'text': 'A page.'})}\n" for row in rows))
        assert len(rows) == len(load(copy).cases)
    names = [look.round for look in first_look.curve(ROUNDS)]
    assert set(names) <= {path.stem for path in rounds}
    assert sorted(names, key=lambda name: int(name.removeprefix("round"))) == names
