"""How the command reports an error: in one line, without a traceback, with exit status 2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

__all__ = ["error_lines"]

_UNUSABLE = 2
_MEASURING = ("jsonschema", "numpy", "scipy", "tomlkit")
"""The packages of the extra `eval`."""


@contextmanager
def error_lines() -> Iterator[None]:
    """Print an error of the block in one line, and exit."""
    from extract.errors import PostingsError  # noqa: PLC0415 - see extract.cli
    from extract.terminal import clean  # noqa: PLC0415

    try:
        yield
    except PostingsError as error:
        typer.echo(f"postings: {clean(str(error))}", err=True)
        raise typer.Exit(_UNUSABLE) from None
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _MEASURING:
            raise
        needed = f"{package} is not installed, which evaluations need"
        typer.echo(f"postings: {needed}: pip install 'postings[eval]'", err=True)
        raise typer.Exit(_UNUSABLE) from None
