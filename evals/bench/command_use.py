"""What one run of the command takes: its CPU and its peak of memory, start included."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

__all__ = ["CommandUse", "use_of"]

_KB_A_MB = 1024 if sys.platform != "darwin" else 1024 * 1024


@dataclass(frozen=True, slots=True)
class CommandUse:
    """Seconds of CPU, and peak resident size in MB, as the operating system counts them."""

    cpu: float
    megabytes: float


def use_of(*words: str) -> CommandUse:
    """Run `postings` with these words. Raises CalledProcessError if it fails."""
    command = [sys.executable, "-c", "from extract.cli import main; main()", *words]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    # The only call that tells of one child, not of the largest of all.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return CommandUse(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _KB_A_MB)
