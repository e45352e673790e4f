"""A question and its answer, kept as bytes and given back as they were."""

from __future__ import annotations

import pytest

from extract.asking import prompt as prompts
from extract.asking.closed_question import Question
from extract.asking.derivation import derived, question_of
from extract.asking.kept_question import packed, print_of, unpacked
from extract.asking.schema import schema_of
from extract.errors import JournalError
from extract.posting import Posting
from extract.text.document import from_text
from extract.values import Document, Reading

SCHEMA = schema_of(Posting)
TEXT = """\
Night Nurse (m/f)
Alder & Finch Ltd
Location: Leeds, United Kingdom
Salary: $30,000 to $40,000 a year, full-time or part-time
What you will do:
• Check 12 deliveries a day
• Write up what was done \ud83e
We ask for 3 years of experience, or a Bachelor's degree.
Apply by 3 March 2027.
"""


def asked(reading: Reading, document: Document | None = None) -> tuple[Question, str]:
    """Return a question about a posting, and its print."""
    question = question_of(SCHEMA, document or from_text(TEXT), reading)
    prompt = prompts.load(None, reading)
    return question, print_of(question, prompt.messages(question))  # type: ignore[return-value]


@pytest.mark.parametrize("reading", ["closed", "open"])
def test_a_kept_question_is_the_question(reading: Reading) -> None:
    """Its text, lines, candidates and what was settled; and it asks the same."""
    question, mark = asked(reading)
    answer = {"is_posting": True, "title": "Night Nurse"}
    kept = unpacked(packed(question, answer, mark), SCHEMA, "other", "there")
    again, document = kept.asked, question.document
    assert ("other", "there") == (again.document.id, again.document.source)
    assert (document.text, document.lines) == (again.document.text, again.document.lines)
    assert question.shown == again.shown
    assert (answer, mark) == (kept.answer, kept.print)
    prompt = prompts.load(None, reading)
    assert mark == print_of(again, prompt.messages(again))
    if isinstance(again, Question):
        assert question.options == again.options
        assert question.given == again.given
        assert question.settled == again.settled
        assert any(options for options in again.options.values())


def test_a_kept_question_grounds_as_the_question() -> None:
    """The assembly is equal in every part."""
    question, mark = asked("closed")
    answer = {
        "is_posting": True,
        **{name: "" if options is None else options[0].words for name, options in (
            (field.name, question.options[field.name]) for field in question.fields
            if not field.is_list and field.kind.shape == "one"
        )},
    }  # fmt: skip
    answer |= {f.name: [] for f in question.fields if f.name not in answer}
    kept = unpacked(packed(question, answer, mark), SCHEMA, "text", "text")
    assert derived(question, answer) == derived(kept.asked, kept.answer)


def test_another_question_has_another_print() -> None:
    """One that proposes more, or shows other words."""
    prints = {asked("closed", from_text(TEXT + more))[1] for more in ("", "Or $50,000 a year.\n")}
    assert 2 == len(prints)


@pytest.mark.parametrize("damage", [b"", b"torn", b"x\x9c+\x00", None])
def test_a_damaged_answer_is_named(damage: bytes | None) -> None:
    """With the id of its document."""
    question, mark = asked("closed")
    kept = packed(question, {"is_posting": True}, mark)[:-9] if damage is None else damage
    with pytest.raises(JournalError, match="the kept answer for baker cannot be read"):
        unpacked(kept, SCHEMA, "baker", "-")
