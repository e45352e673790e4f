"""The measures of the house: names that are a module's or a class's own, and sizes one can read."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import extract

ROOT = Path(extract.__file__).parent.parent
PACKAGES = ("extract", "evals")
LONGEST_MODULE = 250
LONGEST_FUNCTION = 60
MOST_PARAMETERS = 7

LONG_MODULES = {
    "extract/models/cassettes.py",
    "extract/text/markup.py",
}
"""Modules that are still too long: the list may only shrink."""

LONG_FUNCTIONS: set[str] = set()
"""Functions that are still too long: the list may only shrink."""

WIDE_FUNCTIONS: set[str] = {
    "evals/bench/chaos.py:main",
    "evals/bench/loopback/__main__.py:main",
    "evals/bench/storm.py:main",
    "evals/commands/label_command.py:_label",
    "extract/api.py:extract_many",
}
"""Functions that still take too many parameters: the list may only shrink."""

SHARED_NAMES = {"__init__", "__main__"}


@cache
def trees() -> dict[str, ast.Module]:
    """Return the parsed modules, by their paths."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in paths}


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield every function with its place."""
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path}:{node.name}", node


def shared(names: Iterator[str]) -> list[str]:
    """Return the names that occur more than once."""
    return sorted(name for name, count in Counter(names).items() if count > 1)


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the parameters of a function, without `self` and `cls`."""
    listed = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return sum(one.arg not in {"self", "cls"} for one in listed)


def test_no_two_modules_share_a_name() -> None:
    """A name in a traceback or an import says which module it is."""
    names = (Path(path).stem for path in trees())
    assert [] == shared(name for name in names if name not in SHARED_NAMES)


def test_no_two_classes_share_a_name() -> None:
    """A name that two classes share is a name that neither has."""
    nodes = (node for tree in trees().values() for node in ast.walk(tree))
    assert [] == shared(node.name for node in nodes if isinstance(node, ast.ClassDef))


def test_a_module_fits_in_a_head() -> None:
    """A module that grows is two ideas."""
    lines = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in trees()}
    assert LONG_MODULES == {path for path, count in lines.items() if count > LONGEST_MODULE}


def test_a_function_fits_on_a_page() -> None:
    """Its parts have names of their own."""
    lengths = {place: (node.end_lineno or 0) - node.lineno + 1 for place, node in functions()}
    assert LONG_FUNCTIONS == {place for place, n in lengths.items() if n > LONGEST_FUNCTION}


def test_a_function_takes_few_parameters() -> None:
    """Past seven, they are fields of a value."""
    counts = {place: parameters(node) for place, node in functions()}
    assert WIDE_FUNCTIONS == {place for place, count in counts.items() if count > MOST_PARAMETERS}
