"""What the server has read of a constant prompt: kept, restored, damaged, and never in the way."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from extract.models.local import LocalServer, ServerOptions, primed, server, states
from tests.engine import got

CONSTANT = [{"role": "system", "content": "Answer with the words of the posting. " * 3}]
OTHER = [{"role": "system", "content": "Say something else about each of them. " * 3}]
READ = [ord(each) for each in f"<system>{CONSTANT[0]['content']}<user>"]
OTHER_LENGTH = len(f"<system>{OTHER[0]['content']}<user>")


def calls(
    gguf: Path, *prompts: list[dict[str, str]], options: ServerOptions | None = None
) -> list[Any]:
    """Start a server, make prompts known to it, and return what it was asked for that."""
    with LocalServer(gguf, options) as used:
        for prompt in prompts:
            asyncio.run(primed(used.base_url, prompt))
        made: list[Any] = got(used, "/calls")["calls"]
        return made


def kept(own_cache: Path) -> list[Path]:
    """Return the files of states."""
    return sorted((own_cache / "states").iterdir())


@pytest.fixture
def state(gguf: Path, engine: Path, own_cache: Path) -> Path:
    """Let a server read the prompt and keep its state."""
    assert [len(READ), "save"] == calls(gguf, CONSTANT)
    (state,) = kept(own_cache)
    return state


def test_the_next_server_gets_the_state_back(gguf: Path, state: Path) -> None:
    """It holds what all prompts have in common, and reads none of it."""
    with LocalServer(gguf) as used:
        asyncio.run(primed(used.base_url, CONSTANT))
        assert {"calls": ["restore"], "slot": READ} == got(used, "/calls")


def test_a_prompt_is_made_known_once(gguf: Path, state: Path) -> None:
    """The second use of a prompt finds it read; another one first makes room for its own."""
    assert ["restore", 1, OTHER_LENGTH, "save"] == calls(gguf, CONSTANT, CONSTANT, OTHER, OTHER)
    assert ["restore", 1, "restore"] == calls(gguf, OTHER, CONSTANT)


@pytest.mark.parametrize("damage", ["cut", "changed", "emptied", "swapped"])
def test_a_damaged_state_is_deleted_and_not_used(
    damage: str, gguf: Path, state: Path, own_cache: Path
) -> None:
    """The name holds the hash of the content; the prompt is read and kept anew."""
    content = state.read_bytes()
    if damage == "swapped":
        calls(gguf, OTHER)
        (other,) = (file for file in kept(own_cache) if file != state)
        other.replace(state)
    else:
        damaged = {"cut": content[:-1], "changed": b"[0" + content[2:], "emptied": b""}
        state.write_bytes(damaged[damage])
    assert [len(READ), "save"] == calls(gguf, CONSTANT)
    assert content == state.read_bytes()


@pytest.mark.parametrize("changed", ["prompt", "options", "engine", "model"])
def test_a_state_is_for_what_it_was_made_with(
    changed: str, gguf: Path, engine: Path, state: Path
) -> None:
    """Another prompt, context, engine or model has a state of its own."""
    if changed == "engine":
        # Of another length: byte code of the same second would count as up to date.
        engine.write_text(engine.read_text().replace("FAKE = 1", "FAKE = 22"))
    if changed == "model":
        gguf.write_bytes(b"GGUF" + bytes(61))
    options = ServerOptions(n_ctx=1024) if changed == "options" else None
    made = calls(gguf, OTHER if changed == "prompt" else CONSTANT, options=options)
    assert "save" == made[-1]


def test_the_states_used_longest_ago_make_room(
    gguf: Path, state: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All together stay below the cap, and what killed processes left is deleted in time."""
    for file, age in ((state, 100), (own_cache / "states/x.part", 100_000)):
        file.touch()
        os.utime(file, (file.stat().st_mtime - age,) * 2)
    fresh = own_cache / "states/y.part"
    fresh.touch()
    monkeypatch.setattr(states, "CAP", state.stat().st_size + 10)
    calls(gguf, OTHER)
    assert len(kept(own_cache)) == 2
    assert state not in kept(own_cache)
    assert fresh in kept(own_cache)


@pytest.mark.parametrize("fault", ["a full disk", "a cut file", "no folder", "refused", "short"])
def test_nothing_fails_where_no_state_can_be_kept(
    fault: str, gguf: Path, engine: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server reads the prompt, and no file is left."""
    expected: list[Any] = [len(READ), "save"]
    prompt = CONSTANT
    match fault:
        case "a full disk":
            nearly = SimpleNamespace(free=10)
            monkeypatch.setattr(shutil, "disk_usage", lambda _: nearly)
            expected = [len(READ)]
        case "a cut file":
            source = engine.read_text()
            engine.write_text(source.replace("file.stat().st_size", "file.stat().st_size + 1"))
        case "no folder":
            own_cache.mkdir(parents=True)
            (own_cache / "states").touch()
            expected = []
        case "refused":
            error = 'raise OSError("no space")'
            source = engine.read_text().replace("file.write_text(json.dumps(slot))", error)
            engine.write_text(source)
        case "short":
            prompt, expected = [{"role": "system", "content": "Hi."}], []
    assert expected == calls(gguf, prompt)
    assert [] == list((own_cache / "states").glob("*"))


def test_a_file_that_cannot_be_read_costs_the_reading_alone(
    gguf: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the disk while the state is checked is no fault of the run."""

    def broken(_file: Path) -> str:
        raise OSError(errno.EIO, "the disk is broken")

    monkeypatch.setattr(states, "_digest", broken)
    assert [len(READ), "save"] == calls(gguf, CONSTANT)


def test_other_servers_are_left_alone(gguf: Path, state: Path) -> None:
    """An address that is not our server's is not asked anything."""
    asyncio.run(primed("http://127.0.0.1:9/v1", CONSTANT))
    asyncio.run(primed(None, CONSTANT))


def test_whoever_is_interrupted_does_not_wait(
    gguf: Path, engine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The prompt is read in a thread that nobody has to wait for, and that ends without a fault."""
    going_on, ended = threading.Event(), threading.Event()

    def slow(*_arguments: object) -> None:
        going_on.wait(30)
        ended.set()

    monkeypatch.setattr(server, "prime", slow)

    async def cut(base_url: str) -> None:
        async with asyncio.timeout(0.05):
            await primed(base_url, CONSTANT)

    with LocalServer(gguf) as used, pytest.raises(TimeoutError):
        asyncio.run(cut(used.base_url))
    going_on.set()
    assert ended.wait(30)
