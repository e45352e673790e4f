"""The embedded model: its weights, and a server for them on this machine."""

from extract.local.origin import DEFAULT, Weights
from extract.local.server import LocalServer, ServerOptions, running
from extract.local.weights import Progress, resolve, verify

__all__ = [
    "DEFAULT",
    "LocalServer",
    "Progress",
    "ServerOptions",
    "Weights",
    "resolve",
    "running",
    "verify",
]
