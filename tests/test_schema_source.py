"""Schemas by name: classes in modules and files, and JSON Schema files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extract.asking.schema_source import schema_named
from extract.errors import SchemaError
from extract.posting import Posting
from tests.shops import postings

CODE = '''
"""Schemas."""
from __future__ import annotations
from pydantic import BaseModel

class Part(BaseModel):
    """A part."""
    name: str | None = None

class Machine(BaseModel):
    """A machine."""
    parts: list[Part] = []

not_a_model = 3
'''


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_no_name_is_the_built_in_posting() -> None:
    """So that a command needs no other default."""
    assert Posting is schema_named(None)


def test_a_class_in_a_file() -> None:
    """Names in its annotations are found, although they are text."""
    Path("machines.py").write_text(CODE, "utf-8")
    assert ["parts"] == list(schema_named("machines.py:Machine").model_fields)


def test_a_class_in_a_module_of_the_working_directory() -> None:
    """As where a program is started."""
    Path("schemas_of_test.py").write_text(CODE, "utf-8")
    assert "Machine" == schema_named("schemas_of_test:Machine").__name__


def test_a_json_schema_file() -> None:
    """The file's name is the model's where it has no title."""
    schema = {"type": "object", "properties": {"serves": {"type": "integer"}}}
    Path("recipe.json").write_text(json.dumps(schema), "utf-8")
    assert ("recipe", ["serves"]) == (
        schema_named("recipe.json").__name__,
        list(schema_named("recipe.json").model_fields),
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Machine", "invalid schema 'Machine': write module:Model, file.py:Model"),
        ("gone.py:Machine", "gone.py: no such file"),
        ("gone_module:Machine", "no module 'gone_module'"),
        ("gone.json", "gone.json: cannot be read"),
        ("broken.json", "broken.json: not JSON"),
        ("list.json", "list.json: not a JSON Schema"),
        ("machines.py:Engine", "machines.py has no Engine; its models are Part, Machine"),
        ("machines.py:not_a_model", "machines.py:not_a_model is not a Pydantic model class"),
        ("broken.py:Machine", "broken.py: cannot be imported: ZeroDivisionError: division by zero"),
        ("empty.py:Nothing", "Nothing has no fields to extract"),
    ],
)
def test_what_names_no_schema(name: str, message: str) -> None:
    """One line says what is wrong, and a command ends with it."""
    Path("machines.py").write_text(CODE, "utf-8")
    Path("broken.py").write_text("1 / 0\n", "utf-8")
    Path("broken.json").write_text("{", "utf-8")
    Path("list.json").write_text("[]", "utf-8")
    code = "from pydantic import BaseModel\nclass Nothing(BaseModel):\n    pass\n"
    Path("empty.py").write_text(code, "utf-8")
    with pytest.raises(SchemaError) as caught:
        schema_named(name)
    assert message in str(caught.value)
    for command in (("extract", "a.txt"), ("eval", "a.jsonl")):
        result = postings(*command, "--schema", name)
        assert 2 == result.exit_code
        assert message in result.stderr
