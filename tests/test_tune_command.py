"""`postings prompt tune`: what is tried, tested, written, kept and refused, over real HTTP."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from extract.asking import prompt as prompts
from tests.server import Request, Server, answering, completion, refusal, shown
from tests.shops import postings

pytestmark = pytest.mark.usefixtures("here")

SCHEMA = """\
from pydantic import BaseModel, Field


class Ticket(BaseModel):
    \"\"\"A ticket for a journey.\"\"\"

    number: str | None = None
    seat: str | None = Field(None, description="place")
"""
WORDING = "the seat that the passenger has, after the word Seat"


def written(count: int = 18) -> str:
    """Write a schema, wordings and a dataset of tickets; return the name of the dataset."""
    Path("ticket.py").write_text(SCHEMA, "utf-8")
    Path("ideas.toml").write_text(f'[fields]\nseat = ["{WORDING}", "a chair"]\n', "utf-8")
    rows = [
        {
            "id": f"t{n}",
            "text": f"Ticket T-{n}\nCoach {n % 7}\nSeat {n}B\n",
            "gold": {"is_posting": True, "number": f"T-{n}", "seat": f"{n}B"},
            "split": "dev",
        }
        for n in range(count)
    ]
    Path("tickets.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return "tickets.jsonl"


def reader(asked: Request, needs: str = WORDING) -> tuple[int, dict[str, Any] | str]:
    """Answer as a model that finds the seat only if the prompt holds certain words."""
    schema = asked["response_format"]["json_schema"]["schema"]
    if "wording" in schema["properties"]:
        return completion(json.dumps({"wording": "a place in a coach"}))
    text = shown(asked).rpartition("Ticket")[2]
    number = re.search(r"T-\d+", text)
    seat = re.search(r"Seat (\d+B)", text)
    coach = re.search(r"Coach (\d+)", text)
    assert number is not None
    assert seat is not None
    assert coach is not None
    knows = needs in json.dumps(asked["messages"], ensure_ascii=False)
    return completion(
        json.dumps(
            {"is_posting": True, "number": number[0], "seat": seat[1] if knows else coach[0]}
        )
    )


def tuned(server: Server, *words: str, dataset: str = "tickets.jsonl") -> Result:
    """Run the command on the tickets."""
    where = ("--model", "simple", "--base-url", server.base_url, "--schema", "ticket.py:Ticket")
    return postings("prompt", "tune", dataset, *where, *words)


def test_try():
    written()
    with answering(reader) as server:
        r = tuned(server, "-o", "mine.toml", "--wordings", "ideas.toml", "--markdown", "r.md")
        print(r.output, r.exception)
        import traceback; traceback.print_exception(r.exception)
        print(len(server.requests))
    print(Path("mine.toml").read_text()[-3000:]); print(Path("r.md").read_text())
    assert 0
