"""Tests of writing a file whole, and of the early check that it can be written."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from extract.errors import InputError
from extract.whole_file import check_place, write_text


def test_a_text_takes_the_place_of_the_file(tmp_path: Path) -> None:
    """Nothing stays beside it, and a lone surrogate does not end the run."""
    path = tmp_path / "page.html"
    path.write_text("old", encoding="utf-8")
    write_text(path, "new \ud800")
    assert "new \\ud800" == path.read_text("utf-8")
    assert [path] == list(tmp_path.iterdir())


def test_a_link_keeps_pointing_where_it_points(tmp_path: Path) -> None:
    """The file behind it is replaced."""
    link = tmp_path / "latest.html"
    link.symlink_to(tmp_path / "page.html")
    write_text(link, "new")
    assert link.is_symlink()
    assert "new" == (tmp_path / "page.html").read_text("utf-8")


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    """It is no file to replace: `--markdown /dev/stdout` prints."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text("utf-8")))
    reader.start()
    write_text(pipe, "new")
    reader.join()
    assert ["new"] == read
    assert pipe.is_fifo()


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A directory, and a file in a directory that is not there."""
    with pytest.raises(InputError, match="cannot be written: Is a directory"):
        write_text(tmp_path, "new")
    with pytest.raises(InputError, match="cannot be written: No such file or directory"):
        write_text(tmp_path / "gone" / "page.html", "new")


def test_a_place_is_checked_before_the_work(tmp_path: Path) -> None:
    """A file may be new, its directory may not."""
    check_place(None)
    check_place(tmp_path / "page.html")
    with pytest.raises(InputError, match=r"there is no directory .*gone"):
        check_place(tmp_path / "gone" / "page.html")
