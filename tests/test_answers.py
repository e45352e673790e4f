"""The JSON of an answer: wherever it stands, and never a part of one that was cut off."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.models.dialects import answer_text

KEYS = frozenset({"colour", "doors"})
RIGHT = {"colour": 'red "ish" {', "doors": [{"colour": "blue"}]}
TEXT = json.dumps(RIGHT)
DRAFT = json.dumps({"colour": "draft", "doors": []})


def read(content: Any, **more: Any) -> Any:
    """Return the answer in a message, parsed."""
    text = answer_text(SimpleNamespace(content=content, **more), KEYS)
    return None if text is None else json.loads(text)


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        f"```json\n{TEXT}\n```",
        f"```\n{TEXT}\n```",
        f"Here it is:\n{TEXT}\nI hope that helps.",
        f"<think>It could be {DRAFT}, or {{not}}.</think>{TEXT}",
        f"<think>\nopen {{ brace\n</think>\n```json\n{TEXT}```",
        f"<thinking>hm</thinking>{TEXT}",
        f"<reasoning>hm {DRAFT}</reasoning>{TEXT}",
        f"[THINK]hm[/THINK]{TEXT}",
        f"◁think▷hm◁/think▷{TEXT}",
        f"<|channel|>analysis<|message|>{DRAFT}<|end|><|channel|>final<|message|>{TEXT}",
        f"First: {DRAFT}\nBetter: {TEXT}",
        f'{TEXT}\n{{"note": "done"}}',
        f'{{"note": "first"}}\n{TEXT}',
        f"With {{braces}} in the prose: {TEXT}",
        f'<tool_call>{{"name": "Reading", "arguments": {TEXT}}}</tool_call>',
        f'{{"name": "Reading", "parameters": {TEXT}}}',
        [{"type": "text", "text": TEXT}],
        [{"type": "thinking", "thinking": [{"type": "text", "text": DRAFT}]},
         {"type": "text", "text": TEXT}],
        [{"type": "text", "text": TEXT[:20]}, {"type": "text", "text": TEXT[20:]}],
        RIGHT,
    ],
)  # fmt: skip
def test_an_answer_is_found_where_it_stands(content: Any) -> None:
    """The right object comes out whole, whatever is around it."""
    assert RIGHT == read(content)


@pytest.mark.parametrize("arguments", [TEXT, RIGHT])
def test_an_answer_in_a_tool_call(arguments: Any) -> None:
    """Arguments are text, or with some servers an object already."""
    call = SimpleNamespace(function=SimpleNamespace(arguments=arguments))
    assert RIGHT == read(None, tool_calls=[call])


@pytest.mark.parametrize("place", ["reasoning_content", "reasoning"])
def test_an_answer_where_only_the_reasoning_has_words(place: str) -> None:
    """Some reasoning parsers put a constrained answer there; with content it is not looked at."""
    assert RIGHT == read(None, **{place: TEXT})
    assert None is read("The door is red.", **{place: TEXT})


@pytest.mark.parametrize(
    "content",
    [
        "The door is red.",
        "",
        None,
        "{}",
        "[1, 2]",
        '{"colour": "red"}',
        f"<think>It could be {DRAFT}",
        f'{DRAFT}\n{{"colour": "red", "doors": [',
        f'{{"outer": {DRAFT}, "more": "',
        f"```json\n{TEXT[:-1]}",
        [],
        [{"type": "image"}],
        42,
    ],
)
def test_what_is_not_a_whole_answer_is_none(content: Any) -> None:
    """A wrong answer is asked again; a part of one would be taken for the truth."""
    assert None is read(content)


@given(st.integers(0, len(TEXT) - 1), st.sampled_from(["", "```json\n", "Sure: "]))
def test_no_part_of_a_cut_off_answer_is_taken_for_one(cut: int, before: str) -> None:
    """Wherever it is cut off, and whatever stands inside it."""
    inner = json.dumps({"first": RIGHT, "second": TEXT, "colour": "red", "doors": []})
    assert None is read(before + inner[: min(cut, len(inner) - 1)])
