"""A server on loopback that speaks OpenAI's API and can be told to misbehave.

For tests and benchmarks. What it counts is the truth that a client's own figures are held against.
"""

from evals.bench.loopback.enforced import EndpointRules, contracts
from evals.bench.loopback.ledger import LedgerEntry, ServerLedger
from evals.bench.loopback.made_up import MARK, Notice, posting, postings
from evals.bench.loopback.misbehaviour import FAULTS, Fault, FaultPlan
from evals.bench.loopback.rate_limit import Allowance
from evals.bench.loopback.routes import Hold, Loopback, serving
from evals.bench.loopback.sample_answers import tokens

__all__ = [
    "FAULTS",
    "MARK",
    "Allowance",
    "EndpointRules",
    "Fault",
    "FaultPlan",
    "Hold",
    "LedgerEntry",
    "Loopback",
    "Notice",
    "ServerLedger",
    "contracts",
    "posting",
    "postings",
    "serving",
    "tokens",
]
