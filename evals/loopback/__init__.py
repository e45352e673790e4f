"""A server on loopback that speaks OpenAI's API and can be told to misbehave.

For tests and benchmarks. What it counts is the truth that a client's own figures are held against.
"""

from evals.loopback.answers import tokens
from evals.loopback.contract import Contract, contracts
from evals.loopback.faults import FAULTS, Fault, Plan
from evals.loopback.ledger import Entry, Ledger
from evals.loopback.limit import Allowance
from evals.loopback.postings import MARK, Notice, posting, postings
from evals.loopback.server import Hold, Loopback, serving

__all__ = [
    "FAULTS",
    "MARK",
    "Allowance",
    "Contract",
    "Entry",
    "Fault",
    "Hold",
    "Ledger",
    "Loopback",
    "Notice",
    "Plan",
    "contracts",
    "posting",
    "postings",
    "serving",
    "tokens",
]
