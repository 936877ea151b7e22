"""What each finding of a comparison says of identity, in bits: the weights of the similarity score.

The model is that of Fellegi and Sunter ("A Theory for Record Linkage", Journal of the American Statistical Association 64,
1969): a finding weighs log2(m / u), where m is how often it is made between a profile and the person whose it is, and u how
often between a profile and somebody else. Bits for and against add up; with the odds before anything is compared they give
a probability. u was counted over pairs of different people of the invented trust of `make bench-links`; m is an estimate of how
rotas are written, rounded, which that trust's noise follows. A trust's own figures will differ; the order of findings
will not.
"""

from __future__ import annotations

from math import exp2, log2

from profile_sync.rules.names import Finding

# Before anything is compared: one person in 16,000, about the staff of a large trust.
PRIOR_BITS = -14.0

# (m, u) of each finding, from the strongest to the weakest; the m of a part add up to 1, and so do the u.
_M_AND_U: dict[str, dict[Finding, tuple[float, float]]] = {
    "employee_number": {
        Finding.SAME: (0.985, 0.00005),
        Finding.CLOSE: (0.0075, 0.0018),
        Finding.DIFFERENT: (0.0075, 0.99815),
    },
    "registration_number": {
        Finding.SAME: (0.985, 0.000005),
        Finding.CLOSE: (0.01, 0.00002),
        Finding.DIFFERENT: (0.005, 0.999975),
    },
    "family_name": {
        Finding.SAME: (0.87, 0.0008),
        Finding.PREVIOUS: (0.03, 0.00006),
        Finding.PART: (0.02, 0.00012),
        Finding.SWAPPED: (0.02, 0.00012),
        Finding.CLOSE: (0.04, 0.0004),
        Finding.DIFFERENT: (0.02, 0.9985),
    },
    "given_name": {
        Finding.SAME: (0.77, 0.0009),
        Finding.OTHER_NAME: (0.03, 0.0006),
        Finding.SHORT_FORM: (0.07, 0.0004),
        Finding.SWAPPED: (0.02, 0.00012),
        Finding.INITIAL: (0.06, 0.004),
        Finding.CLOSE: (0.04, 0.0011),
        Finding.DIFFERENT: (0.01, 0.99288),
    },
    "email": {
        Finding.SAME: (0.82, 0.00005),
        Finding.SHARED: (0.02, 0.0005),
        Finding.CLOSE: (0.03, 0.0001),
        Finding.DIFFERENT: (0.13, 0.99935),
    },
    "department": {Finding.SAME: (0.82, 0.04), Finding.PART: (0.02, 0.004), Finding.DIFFERENT: (0.16, 0.956)},
    "grade": {Finding.SAME: (0.65, 0.12), Finding.CLOSE: (0.15, 0.14), Finding.DIFFERENT: (0.2, 0.74)},
}

BITS: dict[str, dict[Finding, float]] = {
    part: {finding: round(log2(m / u), 1) for finding, (m, u) in findings.items()}
    for part, findings in _M_AND_U.items()
}
"""The weight of each finding of each part, in bits: above 0 it speaks for one person, below 0 for two."""


def agreement_of(part: str, finding: Finding) -> float:
    """Where a finding stands between the weakest (0) and the strongest (1) of its part."""
    bits = BITS[part].values()
    low, high = min(bits), max(bits)
    return round((BITS[part][finding] - low) / (high - low), 3)


def probability(bits: float) -> float:
    """The probability that two are one person, from the bits of all parts together."""
    return 1 / (1 + exp2(-(PRIOR_BITS + bits)))
