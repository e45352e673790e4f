"""Schemas by name: a class in a module or a file, or a JSON Schema file.

This runs the code of the module or file that is named, as `python` would.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from extract.asking.json_schema import model_of
from extract.asking.schema import schema_of
from extract.errors import SchemaError
from extract.posting import Posting

__all__ = ["schema_named"]

_FORMS = "write module:Model, file.py:Model or a JSON Schema file ending in .json"


@cache
def schema_named(name: str | None) -> type[BaseModel]:
    """Return the Pydantic model that a name stands for; the built-in posting for None.

    Raises SchemaError if there is no such model, or if it cannot be asked.

    >>> schema_named("extract.posting:Posting") is Posting
    True
    """
    if name is None:
        return Posting
    model = _from_json(Path(name)) if name.endswith(".json") else _from_code(name)
    schema_of(model)
    return model


def _from_json(path: Path) -> type[BaseModel]:
    try:
        schema = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SchemaError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise SchemaError(f"{path}: not JSON: {error}") from error
    return model_of(schema, path.stem, str(path))


def _from_code(name: str) -> type[BaseModel]:
    home, colon, attribute = name.rpartition(":")
    if not (colon and home and attribute):
        raise SchemaError(f"no schema {name!r}: {_FORMS}")
    module = _file(Path(home)) if home.endswith(".py") else _module(home)
    found: Any = module
    for part in attribute.split("."):
        found = getattr(found, part, None)
    if found is None:
        known = ", ".join(
            each
            for each, value in vars(module).items()
            if isinstance(value, type) and issubclass(value, BaseModel) and value is not BaseModel
        )
        raise SchemaError(f"{home} has no {attribute}; its models are: {known or 'none'}")
    if not (isinstance(found, type) and issubclass(found, BaseModel)):
        raise SchemaError(f"{name} is not a Pydantic model class")
    return found


def _module(name: str) -> ModuleType:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (error.name == name or name.startswith(f"{error.name}.")):
            raise SchemaError(f"no module {name!r}: {_FORMS}") from None
        raise SchemaError(f"{name} cannot be imported: {error}") from error
    except Exception as error:
        raise SchemaError(f"{name} cannot be imported: {_said(error)}") from error


def _file(path: Path) -> ModuleType:
    if not path.is_file():
        raise SchemaError(f"{path}: no such file: {_FORMS}")
    name = f"_postings_schema_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SchemaError(f"{path}: cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where Pydantic looks up the names in annotations
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise SchemaError(f"{path}: cannot be imported: {_said(error)}") from error
    return module


def _said(error: Exception) -> str:
    first = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first}".rstrip(": ")
