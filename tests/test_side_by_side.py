"""Several systems at once, over real HTTP: one table, one page, a log each, and what can fail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.commands.system_files import load_file
from evals.compare.standings import AXES, Standing, axes
from evals.report.pareto_picture import picture
from evals.scoring import runlog
from evals.scoring.score_models import Mean, Rate
from extract.errors import InputError
from tests.server import Request, Server, answering, completion, refusal, shown, simplest
from tests.shops import TEXTS, model, postings, written

pytestmark = pytest.mark.usefixtures("here", "at_once")


def poor_or_simple(asked: Request) -> tuple[int, dict[str, Any] | str]:
    """Answer as the model that is asked: "poor" says that nothing is a posting."""
    if "json_schema" not in asked["response_format"]:
        return completion(json.dumps({"is_posting": False}))
    status, body = simplest(asked)
    if asked["model"] == "poor":
        assert isinstance(body, dict)
        answer = json.loads(body["choices"][0]["message"]["content"])
        return completion(json.dumps(answer | {"is_posting": False}))
    return status, body


@pytest.fixture
def serving() -> Iterator[Server]:
    """Serve both models."""
    with answering(poor_or_simple) as running:
        yield running


def system(stem: str, server: Server | str, /, **keys: Any) -> str:
    """Write the file of a system, and return its name."""
    where = server if isinstance(server, str) else server.base_url
    told = {"model": "simple", "base_url": where, "reading": "closed", **keys}
    lines = [f"{key} = {json.dumps(value)}" for key, value in told.items() if value is not None]
    path = Path(f"{stem}.toml")
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines), "utf-8")
    return str(path)


def given_as(*names: str) -> list[str]:
    """Return the options that name systems."""
    return [word for name in names for word in ("--system", name)]


def said(result: Any) -> str:
    """Return what was printed for a person to read, on one line."""
    return " ".join(result.stderr.replace("│", " ").split())


def test_systems_are_put_side_by_side(serving: Server) -> None:
    """One table and one page; a log for each, under its name; nothing else is left."""
    files = [
        system("good", serving, price_in=1, price_out=2),
        system("plain", serving, system="instructor", reading=None, name="instructor & co"),
    ]
    words = (*given_as(*files), "--live", "-o", "runs", "--html", "page.html")
    result = postings("eval", written(), *words)
    assert 0 == result.exit_code, result.output
    assert "1 and 2:" in result.stdout
    assert 80 >= max(map(len, result.stdout.splitlines()))
    assert ["good.json", "instructor & co.json"] == sorted(p.name for p in Path("runs").iterdir())
    log = runlog.read("runs/good.json")
    assert ("good", "complete", 3) == (log.name, log.status, len(log.cases))
    page = Path("page.html").read_text("utf-8")
    assert "instructor &amp; co" in page
    assert "seconds per posting" in page
    again = postings("compare", *map(str, sorted(Path("runs").iterdir())), "--html", "again.html")
    assert 0 == again.exit_code
    assert "good" in again.stdout


def test_one_file_is_one_system(serving: Server) -> None:
    """Everything that is for one run goes with it: a gate, a baseline, a run log."""
    Path("gate.toml").write_text("[floors]\nsalary = 0.9\n", "utf-8")
    words = ("--live", "-o", "run.json", "--gate", "gate.toml")
    result = postings("eval", written(), *given_as(system("good", serving)), *words)
    assert 0 == result.exit_code, result.output
    assert "good" == runlog.read("run.json").name


def test_names_take_the_model_of_the_command_line(serving: Server) -> None:
    """Two systems by their names are asked what the command line says."""
    where = model(serving)
    result = postings("eval", written(), *given_as("postings", "instructor"), "--live", *where)
    assert 0 == result.exit_code, result.output
    assert {"simple"} == {asked["model"] for asked in serving.requests}
    assert 6 == len(serving.requests)


def test_a_system_that_cannot_be_asked_is_named(serving: Server) -> None:
    """No key, and a server that is away: the others are scored, and the exit status is 1."""
    files = [
        system("keyless", "https://api.groq.com/openai/v1", provider="groq"),
        system("good", serving),
        system("away", "http://127.0.0.1:9/v1", model="gone"),
        system("poor", serving, model="poor"),
        system("secret", serving, api_key_env="NO_SUCH_KEY"),
    ]
    words = (*given_as(*files), "--live", "-o", "runs", "--html", "page.html")
    result = postings("eval", written(), *words)
    assert 1 == result.exit_code, result.output
    for name in ("keyless", "away", "secret"):
        assert f"{name}: not scored:" in result.stderr
    assert "set NO_SUCH_KEY" in result.stderr
    assert "1 and 2:" in result.stdout
    assert "keyless" in Path("page.html").read_text("utf-8")
    assert {"good.json", "poor.json"} == {p.name for p in Path("runs").glob("*.json")}
    so_far = len(serving.requests)
    mended = [files[1], files[3]]
    assert 0 == postings("eval", "shops.jsonl", *given_as(*mended), *words[10:]).exit_code
    assert so_far == len(serving.requests)
    assert ["away.json.partial"] == [path.name for path in Path("runs").glob("*.partial")]


def test_nothing_that_can_be_run(serving: Server) -> None:
    """It is said of each, and the exit status is 2."""
    files = [system(f"away{n}", "http://127.0.0.1:9/v1") for n in (1, 2)]
    result = postings("eval", written(), *given_as(*files), "--live", "--html", "page.html")
    assert 2 == result.exit_code
    assert 2 == result.stderr.count("not scored")
    assert "page.html was not written" in result.stderr


def test_what_was_read_is_not_read_again(serving: Server) -> None:
    """The second system is refused; once it is not, the first is not asked again."""

    def refusing(asked: Request) -> tuple[int, dict[str, Any] | str]:
        return refusal(401, "no") if asked["model"] == "poor" else simplest(asked)

    with answering(refusing) as first:
        files = [system("good", first), system("poor", first, model="poor")]
        words = (*given_as(*files), "--live", "-o", "runs")
        assert 1 == postings("eval", written(), *words).exit_code
    files = [system("good", first), system("poor", serving, model="poor")]
    result = postings("eval", "shops.jsonl", *words)
    assert 0 == result.exit_code, result.output
    assert "3 of 3 cases are done already" in result.stderr
    assert {"poor"} == {asked["model"] for asked in serving.requests}


def test_recordings_replay_without_a_key_and_one_is_asked(serving: Server) -> None:
    """A file may say that its system is asked; the command line overrules it."""
    good = system("good", serving, cassettes="tapes/good")
    poor = system("poor", serving, model="poor", cassettes="tapes/poor")
    words = (*given_as(good, poor), "--record")
    assert 0 == postings("eval", written(), *words).exit_code
    recorded = len(serving.requests)
    assert 0 == postings("eval", "shops.jsonl", *given_as(good, poor), "--replay").exit_code
    assert recorded == len(serving.requests)
    system("poor", serving, model="poor", cassettes="tapes/poor", answers="live")
    result = postings("eval", "shops.jsonl", *given_as(good, poor), "-o", "runs")
    assert 0 == result.exit_code, result.output
    assert {"poor"} == {asked["model"] for asked in serving.requests[recorded:]}
    modes = {path.stem: runlog.read(path).plan.mode for path in Path("runs").iterdir()}
    assert {"good": "replay", "poor": "live"} == modes
    asked = len(serving.requests)
    assert 0 == postings("eval", "shops.jsonl", *given_as(good, poor), "--replay").exit_code
    assert asked == len(serving.requests)


def test_recordings_of_another_model_are_not_replayed(serving: Server) -> None:
    """Where nothing else is said, a model without recordings of its own is asked."""
    good, poor = system("good", serving), system("poor", serving, model="poor")
    assert 0 == postings("eval", written(), *given_as(good), "--record").exit_code
    recorded = len(serving.requests)
    result = postings("eval", "shops.jsonl", *given_as(good, poor))
    assert 0 == result.exit_code, result.output
    assert {"poor"} == {asked["model"] for asked in serving.requests[recorded:]}


def test_langextract_has_no_recordings(serving: Server) -> None:
    """It is named as not scored where all are replayed, and does not stop the others."""
    good = system("good", serving)
    assert 0 == postings("eval", written(), *given_as(good), "--record").exit_code
    extra = Path("extra.toml")
    extra.write_text('system = "langextract"\n', "utf-8")
    result = postings("eval", "shops.jsonl", *given_as(good, str(extra)), "--replay")
    assert 1 == result.exit_code
    assert "extra: not scored:" in result.stderr
    assert "macro F1" in result.stdout


def test_a_document_that_changes_meanwhile_is_named() -> None:
    """It is a fault of the system that came later, and the two are not compared."""
    Path("shops/labels").mkdir(parents=True)
    for name, text in TEXTS.items():
        Path(f"shops/{name}.txt").write_text(text, "utf-8")
        label = {"id": name, "document": f"{name}.txt", "gold": {"is_posting": True}}
        Path(f"shops/labels/{name}.json").write_text(json.dumps(label), "utf-8")

    def meddling(asked: Request) -> tuple[int, dict[str, Any] | str]:
        if asked["model"] == "simple" and "Borrel" in shown(asked):
            Path("shops/cook.txt").write_text("Night nurse wanted.", "utf-8")
        return poor_or_simple(asked)

    with answering(meddling) as server:
        files = [system("good", server), system("later", server, model="poor")]
        words = (*given_as(*files), "--live", "-o", "runs", "--html", "page.html")
        result = postings("eval", "shops", *words)
    assert 1 == result.exit_code
    assert "documents changed while the systems read them (cook)" in said(result)
    assert not Path("page.html").exists()
    error = {case.id: case.error for case in runlog.read("runs/later.json").cases}["cook"]
    assert error is not None
    assert "another program has changed it" in error.message


def test_a_log_of_another_dataset_is_not_replaced(serving: Server) -> None:
    """Nor is a file that is no run log; and nothing is asked."""
    files = [system("good", serving), system("poor", serving, model="poor")]
    words = (*given_as(*files), "--live", "-o", "runs")
    assert 0 == postings("eval", written(), *words).exit_code
    kept, asked = Path("runs/good.json").read_bytes(), len(serving.requests)
    result = postings("eval", written("mills.jsonl"), *words)
    assert 2 == result.exit_code
    assert "runs/good.json: a run over shops.jsonl, not over mills.jsonl" in said(result)
    Path("runs/poor.json").write_text("[1]", "utf-8")
    assert 2 == postings("eval", "shops.jsonl", *words).exit_code
    assert (kept, asked) == (Path("runs/good.json").read_bytes(), len(serving.requests))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('modle = "x"', "unknown key 'modle' (did you mean 'model'?)"),
        ('reasoning-effort = "low"', "(did you mean 'reasoning_effort'?)"),
        ("temperature = 3", "temperature is 3: Input should be less than or equal to 2"),
        ('temperature = "hot"', "temperature is 'hot': Input should be a valid number"),
        ('api_key = "sk-1"', "keep the key out of the file"),
        ('name = "a/b"', "the name 'a/b' cannot be the name of a file"),
        ('system = "instructor"\nreading = "open"', "reading is for `postings` itself"),
        ('model = "local"\ntimeout = 5', "the embedded model does not take timeout"),
        ("price_in = 1", "price_in and price_out are needed together"),
        ('model = "x', "is not TOML"),
        ('name = "postings"', "two systems are called 'postings' (postings and odd.toml)"),
        ('schema = "gone.json"', "gone.json: cannot be read"),
        ('schema = "tests.invoices:Invoice"', "the labels have one schema"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_before_anything_is_asked(
    line: str, message: str
) -> None:
    """With the key at fault and what is nearest to it."""
    Path("odd.toml").write_text(line, "utf-8")
    result = postings("eval", written(), *given_as("postings", "odd.toml"), "--live")
    assert 2 == result.exit_code
    assert message in said(result)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (given_as("postings", "instructr"), "unknown system 'instructr' (did you mean 'inst"),
        (given_as("postings", "gone.toml"), "gone.toml: cannot be read"),
        (given_as("postings", "postings"), "two systems are called 'postings' (postings)"),
        ([*given_as("postings", "instructor"), "--gate", "g"], "--gate is for one --system"),
        ([*given_as("postings", "instructor"), "-o", "shops.jsonl"], "shops.jsonl: is a file"),
        ([*given_as("postings", "instructor"), "-o", "gone/b"], "there is no directory gone"),
        ([*given_as("postings", "instructor"), "--html", "gone/b"], "there is no directory gone"),
        ([*given_as("a/x.toml", "b/x.toml")], "two systems are called 'x' (a/x.toml and b/x.tom"),
        ([*given_as("a/x.toml", "y.toml"), "--record"], "x and y would record to one folder"),
    ],
)
def test_systems_that_do_not_go_together(serving: Server, words: list[str], message: str) -> None:
    """Said before anything is asked."""
    for name in ("a/x", "b/x", "y"):
        system(name, serving)
    result = postings("eval", written(), *words, *([] if "--record" in words else ["--live"]))
    assert 2 == result.exit_code
    assert message in said(result)
    assert [] == serving.requests


def test_compared_logs_of_other_postings_are_named(serving: Server) -> None:
    """Of three logs, the file that does not fit."""
    for name, data in (("a", "shops.jsonl"), ("b", "shops.jsonl"), ("c", "mills.jsonl")):
        postings("eval", written(data), "--live", "-o", f"{name}.json", *model(serving))
    result = postings("compare", "a.json", "b.json", "c.json")
    assert 2 == result.exit_code
    assert "c.json: a run over other postings: its dataset is 'mills.jsonl'" in said(result)


@given(st.text(max_size=30))
def test_any_key_that_is_none_is_refused(tmp_path_factory: Any, key: str) -> None:
    """Whatever it is called."""
    path = tmp_path_factory.mktemp("systems") / "x.toml"
    path.write_text(f"{json.dumps(f'x {key}')} = 1\n", "utf-8", errors="replace")
    with pytest.raises(InputError, match=r"x\.toml: (unknown key|is not TOML)"):
        load_file(path)


def standing(f1: float, cost: float | None, seconds: float | None, tokens: float) -> Standing:
    """Make a run of these figures."""
    rate = Rate(value=0.0)
    whole = Mean(value=f1, interval=(f1 - 0.02, f1 + 0.02))
    return Standing("n", "", whole, rate, rate, seconds, tokens, cost, cost, None, {})


def test_tokens_are_drawn_where_neither_cost_nor_seconds_are_known() -> None:
    """An axis that only one run has a place on shows nothing."""
    rows = [standing(0.9, None, None, 90), standing(0.8, 1e-4, None, 50)]
    assert ["tokens"] == [axis.name for axis in axes(rows)]
    rows = [standing(0.9, 1e-3, None, 90), standing(0.8, 1e-4, None, 50)]
    assert ["cost"] == [axis.name for axis in axes(rows)]


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 1e3)),
        min_size=2,
        max_size=8,
    )
)
def test_any_figures_are_drawn_inside_the_picture(figures: list[tuple[float, float]]) -> None:
    """Whatever the scale, every point is on the paper, and free runs do not break it."""
    rows = [standing(f1, None, seconds, 1) for f1, seconds in figures]
    drawn = picture(rows, AXES[1])
    assert len(rows) == drawn.count("<circle")
    for part in drawn.split("<circle")[1:]:
        x, y = (float(part.split(f'{name}="')[1].split('"')[0]) for name in ("cx", "cy"))
        assert 0 <= x <= 960
        assert 0 <= y <= 400
