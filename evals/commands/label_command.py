"""The `label` command: a page in the browser to label documents, kept on disk at every change."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import webbrowser
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from aiohttp import web

from evals.data.label_files import checked
from evals.data.rubric import rubric_of
from evals.labelling.label_desk import Desk
from evals.labelling.questions import warm
from evals.labelling.sheet import Sheet
from evals.labelling.suggestions import sources
from evals.labelling.web import application
from extract.asking.schema_source import schema_named
from extract.cli.panels import command_app
from extract.cli.question_options import SchemaName
from extract.errors import InputError
from extract.terminal import clean

__all__ = ["main"]

app = command_app()


def main(words: Sequence[str]) -> None:
    """Run the command on the words after `postings label`."""
    app([*words], prog_name="postings label")


@app.command(
    epilog="Examples:\n\n"
    "postings label pages/\n\n"
    "postings extract pages/ -o rows.jsonl && postings label pages/ --from rows.jsonl\n\n"
    "postings label pages/ --from small.jsonl --from large.jsonl\n\n"
    "postings label mine.jsonl --documents pages/ --schema invoice.py:Invoice\n\n"
    "postings label ours/ --against theirs/"
)
def _label(
    dataset: Annotated[
        Path,
        typer.Argument(
            metavar="DATASET",
            help="A directory of pages, which gets labels/ID.json; or a .jsonl file of labels.",
        ),
    ],
    documents: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="Documents to label in a .jsonl file; can be repeated."),
    ] = None,
    schema: SchemaName = None,
    rows: Annotated[
        list[Path] | None,
        typer.Option(
            "--from",
            metavar="FILE.jsonl",
            help="Rows of `postings extract`: their values are suggested, and what teaches most "
            "comes first. Given twice: where the two differ, you choose.",
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="DATASET", help="Labels of a second person: shows where the two differ."
        ),
    ] = None,
    fields: Annotated[
        str, typer.Option(metavar="NAMES", help="Only these fields, with commas. Default: all.")
    ] = "",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="0: any.")] = 0,
    token: Annotated[
        str, typer.Option(metavar="WORDS", envvar="POSTINGS_LABEL_TOKEN", help="Default: random.")
    ] = "",
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """Label the documents of DATASET in the browser: by keyboard, any schema, saved as you go.

    The page is served on 127.0.0.1 alone, at an address with a secret token. Stop with Ctrl-C.
    """
    rubric = rubric_of(schema_named(schema))
    sheet = Sheet(dataset, rubric, documents or ())
    found = sources(rows or (), sheet.entries)
    other = checked(against, rubric) if against else {}
    only = tuple(name.strip() for name in fields.split(",") if name.strip())
    desk = Desk(sheet, found, other, only, **({"token": token} if token else {}))
    done = len(sheet.labelled())
    print(f"{len(sheet.entries)} documents, {done} labelled", file=sys.stderr)
    for note in desk.checked():
        print(clean(note), file=sys.stderr)
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(desk, port, browser=browser))


async def _serve(desk: Desk, port: int, *, browser: bool) -> None:
    runner = web.AppRunner(application(desk))
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        try:
            await site.start()
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise InputError(
                f"cannot listen on --port {port}: {reason}; leave it out to use a free port"
            ) from None
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/?token={desk.token}"
        print(f"label at {url}", flush=True)
        threading.Thread(target=warm, args=(desk.sheet.rubric, desk.names), daemon=True).start()
        if browser:
            webbrowser.open(url)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
