"""The embedded model: its weights, and a server for them on this machine."""

from extract.models.local.origin import DEFAULT, Weights
from extract.models.local.server import LocalServer, ServerOptions, primed, running
from extract.models.local.weights import Progress, resolve, verify

__all__ = [
    "DEFAULT",
    "LocalServer",
    "Progress",
    "ServerOptions",
    "Weights",
    "primed",
    "resolve",
    "running",
    "verify",
]
