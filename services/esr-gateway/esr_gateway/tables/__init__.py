"""The gateway's tables. Every table but the trust register is under row-level security by `vpd`."""

from esr_gateway.tables.base import metadata
from esr_gateway.tables.files import file, rejected_row
from esr_gateway.tables.issues import issue
from esr_gateway.tables.people import esr_row, person
from esr_gateway.tables.runs import (
    fact,
    instruction,
    landing,
    line,
    pay_period,
    resolution,
    run,
    run_file,
    sequence,
    signature,
)
from esr_gateway.tables.trusts import exchange, remote_file, trust

__all__ = [
    "esr_row",
    "exchange",
    "fact",
    "file",
    "instruction",
    "issue",
    "landing",
    "line",
    "metadata",
    "pay_period",
    "person",
    "rejected_row",
    "remote_file",
    "resolution",
    "run",
    "run_file",
    "sequence",
    "signature",
    "trust",
]
