"""Hostile requests for every operation of a service: each must be answered, and never with a 500."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

# What breaks parsers, databases and encoders: NUL, half a surrogate pair, sizes, wrong types, other alphabets.
VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**63,
    10**400,
    1e308,
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "x\udfff",
    "x" * 5_000,
    "٣٠٠",
    "李",
    "../..",
    "'; --",
    "NaN",
    "1e999999",
    "-0.00",
    "9999-12-31",
    "0001-01-01",
    "25:61",
    "08:00+01",
    "08:00:0Z",
    [],
    [[[[[]]]]],
    {},
    {"\x00": "\ud800"},
)
TEXTS = ("%00", "a%00b", "%ED%A0%80", "%FF", "x" * 2_000, "%D9%A3", "..%2F..", "%E6%9D%8E", "0", "-1", "9" * 40, "%20")


def twisted(value: Any) -> Iterator[Any]:
    """`value` with one part of it, at any depth, exchanged for something hostile; or with a hostile name added."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield {key: each for key, each in value.items() if key != name}
            yield from ({**value, name: other} for other in twisted(inner))
        for name in ("\x00", "\ud800", "unknown", "x" * 300):
            yield {**value, name: "x"}
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from ([*value[:place], other, *value[place + 1 :]] for other in twisted(inner))
    yield from VALUES


def as_body(value: Any) -> bytes:
    """JSON as a hostile client writes it: escapes for what is no text."""
    return json.dumps(value).encode()


def paths(template: str, names: Mapping[str, str]) -> Iterator[str]:
    """`template` filled with `names`, one of them hostile."""
    for name in names:
        for text in TEXTS:
            others = {key: quote(each, safe="") for key, each in names.items()}
            yield template.format(**{**others, name: text})
