"""Messages between a worker process and its parent: tuples, pickled, each after its length.

Both ends are this program, joined by a pair of sockets that no other process can reach.
"""

from __future__ import annotations

import asyncio
import pickle
import struct
from typing import Any

__all__ = ["Message", "frame", "received"]

_LENGTH = struct.Struct("!Q")

Message = tuple[Any, ...]


def frame(*message: Any) -> bytes:
    """Return the bytes of a message."""
    content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(content)) + content


async def received(stream: asyncio.StreamReader) -> Message | None:
    """Return the next message; None if the other end is closed, or its process has ended."""
    try:
        (length,) = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))
        content = await stream.readexactly(length)
    except (asyncio.IncompleteReadError, OSError):
        return None
    message: Message = pickle.loads(content)  # noqa: S301 - from our own process
    return message
