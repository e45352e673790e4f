"""The systems of the `--system` options, by name or as TOML files."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from evals.commands.eval_options import AnswerOptions
from evals.commands.system_files import SystemFile, load_file, nearest
from evals.scoring.runlog import SystemName
from extract.asking.schema import schema_of
from extract.asking.schema_source import schema_named
from extract.cli.model_options import ASKED_WITH, LOCAL, ModelOptions
from extract.cli.question_options import QuestionOptions
from extract.errors import InputError
from extract.runs.traffic import Price

__all__ = ["NamedSystem", "named_systems"]

_NOT_LOCAL = (*ASKED_WITH, "headers", "api_key_env")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]|^\.|^\s|\s$")


@dataclass(frozen=True, slots=True)
class NamedSystem:
    """A system with all that it is asked with.

    `word` is the option's value: the system's own name, or its file. `key` is the variable of the
    environment that holds its key, if it names one.
    """

    name: str
    word: str
    system: SystemName
    model: ModelOptions
    question: QuestionOptions
    answers: AnswerOptions
    price: Price | None = None
    key: str | None = None

    @property
    def is_file(self) -> bool:
        """Whether the system stands in a file."""
        return self.word != self.system


def named_systems(words: Sequence[str], common: NamedSystem) -> tuple[NamedSystem, ...]:
    """Return the systems of the `--system` options; `common` has what the command line says.

    Raises InputError for a name or a file that cannot be used, two systems of one name, and systems
    of different schemas.
    """
    systems = [_named(word, common) for word in words]
    if systems[1:]:
        # The command line's way of reading is for those that have one.
        systems = [
            each
            if each.system == "postings"
            else replace(each, question=replace(each.question, reading=None))
            for each in systems
        ]
    by_name: dict[str, NamedSystem] = {}
    for each in systems:
        other = by_name.setdefault(each.name.casefold(), each)
        if other is not each:
            where = each.word if other.word == each.word else f"{other.word} and {each.word}"
            raise InputError(
                f"two systems are called {each.name!r} ({where}): write another name = … in one "
                "of the files"
            )
    first, *others = (each.question.schema for each in systems)
    for each, schema in zip(systems[1:], others, strict=True):
        if schema != first and _hash(schema) != _hash(first):
            raise InputError(
                f"{each.word} reads the schema {schema or 'of postings'}, but {systems[0].word} "
                f"{first or 'that of postings'}; the labels have one schema"
            )
    return tuple(systems)


def _hash(schema: str | None) -> str:
    return schema_of(schema_named(schema)).sha256


def _named(word: str, common: NamedSystem) -> NamedSystem:
    known: tuple[SystemName, ...] = get_args(SystemName)
    if word in known:
        return replace(common, name=word, word=word, system=word)
    if not word.endswith(".toml"):
        raise InputError(
            f"unknown system {word!r}{nearest(word, known)}; use one of {', '.join(known)} or a "
            ".toml file"
        )
    path = Path(word)
    file = load_file(path)
    name = file.name or path.stem
    if _UNSAFE.search(name):
        raise InputError(f"{path}: the name {name!r} cannot be the name of a file")
    for key in ("reading", "prompt"):
        if getattr(file, key) is not None and file.system != "postings":
            raise InputError(f"{path}: {key} is for `postings` itself, not for {file.system}")
    return NamedSystem(
        name,
        word,
        file.system,
        _model(path, file, common.model),
        _question(path, file, common.question),
        _answers(path, file, common.answers),
        _price(path, file),
        file.api_key_env,
    )


def _model(path: Path, file: SystemFile, common: ModelOptions) -> ModelOptions:
    given: dict[str, Any] = {
        name: value for name in ASKED_WITH if (value := getattr(file, name)) is not None
    }
    if file.model is not None:
        given["name"] = file.model
    if file.headers:
        given["headers"] = [f"{name}={value}" for name, value in file.headers.items()]
    start = common if file.model is None else _of_environment(os.environ)
    model = replace(start, **given, typed=start.typed | given.keys())
    wrong = [key for key in _NOT_LOCAL if getattr(file, key) not in (None, {})]
    if model.name == LOCAL and wrong:
        raise InputError(
            f"{path}: the embedded model does not take {wrong[0]}; name another with model = …"
        )
    return model


def _of_environment(environ: Mapping[str, str]) -> ModelOptions:
    """Return what the environment says of any model that is asked."""
    return ModelOptions(
        base_url=environ.get("OPENAI_BASE_URL"), api_version=environ.get("OPENAI_API_VERSION")
    )


def _question(path: Path, file: SystemFile, common: QuestionOptions) -> QuestionOptions:
    schema = _beside(path, file.of_schema) if file.of_schema else common.schema
    if common.schema and _hash(schema) != _hash(common.schema):
        raise InputError(
            f"{path}: its schema is {file.of_schema}, but --schema is {common.schema}; the labels "
            "have one schema"
        )
    return QuestionOptions(
        schema,
        _beside(path, file.prompt) if file.prompt else common.prompt,
        file.reading or common.reading,
    )


def _answers(path: Path, file: SystemFile, common: AnswerOptions) -> AnswerOptions:
    if file.cassettes is not None:
        common = replace(common, cassettes=path.parent / file.cassettes)
    if file.answers is None or common.live or common.replay or common.record:
        return common
    return replace(
        common,
        live=file.answers == "live",
        replay=file.answers == "replay",
        record=file.answers == "record",
    )


def _price(path: Path, file: SystemFile) -> Price | None:
    if (file.price_in is None) != (file.price_out is None):
        raise InputError(f"{path}: price_in and price_out are needed together")
    if file.price_in is None or file.price_out is None:
        return None
    return Price(file.price_in, file.price_out)


def _beside(path: Path, name: str) -> str:
    """Return a name of a file, with or without a class, as seen from here; a module's stays."""
    home, colon, attribute = name.rpartition(":") if ".py:" in name else (name, "", "")
    is_file = home.endswith((".py", ".json", ".toml"))
    return f"{path.parent / home}{colon}{attribute}" if is_file else name
