"""What one run of the command took, as the operating system counts it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass

__all__ = ["CommandUsage", "run_command"]

_KB_A_MB = 1024 if sys.platform != "darwin" else 1024 * 1024


@dataclass(frozen=True, slots=True)
class CommandUsage:
    """Seconds by the clock and of CPU, the peak resident size in MB, and standard error."""

    seconds: float
    cpu: float
    megabytes: float
    stderr: str


def run_command(*arguments: str) -> CommandUsage:
    """Run `postings` in a process of its own. Raises CalledProcessError if it fails."""
    command = [sys.executable, "-c", "from extract.cli import main; main()", *arguments]
    begun = time.monotonic()
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        stderr = process.stderr.read() if process.stderr else ""
        # The only call that measures one child, not the largest of all.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - begun
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=stderr)
    cpu = usage.ru_utime + usage.ru_stime
    return CommandUsage(seconds, cpu, usage.ru_maxrss / _KB_A_MB, stderr)
