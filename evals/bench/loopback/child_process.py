"""The server in a process of its own, so that its work is not counted as the client's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

__all__ = ["LoopbackProcess", "started"]

_PATIENCE = 60.0
"""Seconds the ledger may take: of a long run it has a hundred thousand entries."""


@dataclass(frozen=True, slots=True)
class LoopbackProcess:
    """A running server: its address, its process, and what it has counted."""

    base_url: str
    pid: int = 0

    def summary(self) -> dict[str, Any]:
        """Return the sums of the ledger."""
        told: dict[str, Any] = self._get("ledger")
        return told

    def entries(self, start: int = 0) -> list[dict[str, Any]]:
        """Return the entries of the ledger from number `start` on."""
        told: list[dict[str, Any]] = self._get(f"ledger/entries?start={start}")
        return told

    def _get(self, path: str) -> Any:
        address = f"{self.base_url.removesuffix('/v1')}/{path}"
        response = httpx2.get(address, timeout=_PATIENCE, trust_env=False)
        return response.raise_for_status().json()


def _flag(name: str, value: float | str | bool) -> str:
    return f"--{name}" if value is True else f"--{name}={value}"


@contextmanager
def started(**options: float | str | bool) -> Iterator[LoopbackProcess]:
    """Run `python -m evals.bench.loopback` with these options until the block ends."""
    told = [_flag(name.replace("_", "-"), value) for name, value in options.items()]
    command = [sys.executable, "-m", "evals.bench.loopback", *told]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        try:
            assert process.stdout is not None  # noqa: S101 - it was asked for
            yield LoopbackProcess(process.stdout.readline().strip(), process.pid)
        finally:
            process.terminate()
