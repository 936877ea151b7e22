"""Whether one pattern lets through everything that another does: only that is a safe change of a field.

It reads the plain patterns that the contracts use: anchored runs of letters, classes and groups, each with how often it may
come. Anything else it cannot read, and of two that are built differently it cannot tell; then the answer is no.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_ITEM = re.compile(
    r"(?P<open>\()|(?P<close>\))(?P<often>[?*+]|\{\d+(?:,\d*)?\})?"
    r"|(?P<one>\[[^\]^\\][^\]\\]*\]|\\\W|[^\\()\[\]{}?*+.|^$])(?P<times>[?*+]|\{\d+(?:,\d*)?\})?"
)
_ENDLESS = 1 << 30
_OFTEN = {"": (1, 1), "?": (0, 1), "*": (0, _ENDLESS), "+": (1, _ENDLESS)}


@dataclass(frozen=True, slots=True)
class _Part:
    """Some letters, or a group of parts, from `least` to `most` times."""

    of: frozenset[str] | tuple[_Part, ...]
    least: int
    most: int


def is_wider(pattern: str, than: str) -> bool:
    """Whether every text that fits `than` surely fits `pattern` too."""
    wide, narrow = _parts(pattern), _parts(than)
    return wide is not None and narrow is not None and _all_wider(wide, narrow)


def _all_wider(wide: Sequence[_Part], narrow: Sequence[_Part]) -> bool:
    if not wide:
        return not narrow
    if narrow and _part_wider(wide[0], narrow[0]) and _all_wider(wide[1:], narrow[1:]):
        return True
    return wide[0].least == 0 and _all_wider(wide[1:], narrow)  # a part that need not come may be new


def _part_wider(wide: _Part, narrow: _Part) -> bool:
    if not (wide.least <= narrow.least and narrow.most <= wide.most):
        return False
    if isinstance(wide.of, frozenset) and isinstance(narrow.of, frozenset):
        return wide.of >= narrow.of
    return isinstance(wide.of, tuple) and isinstance(narrow.of, tuple) and _all_wider(wide.of, narrow.of)


def _parts(pattern: str) -> tuple[_Part, ...] | None:
    """The parts of an anchored pattern, or none when it is not as plain as that."""
    if not (pattern.startswith("^") and pattern.endswith("$")):
        return None
    levels: list[list[_Part]] = [[]]
    at, end = 1, len(pattern) - 1
    while at < end:
        item = _ITEM.match(pattern, at, end)
        if item is None or (item["close"] and len(levels) == 1):
            return None
        at = item.end()
        if item["open"]:
            levels.append([])
        elif item["close"]:
            group = tuple(levels.pop())
            levels[-1].append(_Part(group, *_often(item["often"] or "")))
        else:
            levels[-1].append(_Part(_letters(item["one"]), *_often(item["times"] or "")))
    return tuple(levels[0]) if len(levels) == 1 else None


def _often(written: str) -> tuple[int, int]:
    if written in _OFTEN:
        return _OFTEN[written]
    least, comma, most = written.strip("{}").partition(",")
    return int(least), int(most) if most else _ENDLESS if comma else int(least)


def _letters(written: str) -> frozenset[str]:
    if not written.startswith("["):
        return frozenset(written.removeprefix("\\"))
    inside = re.sub(r"(.)-(.)", lambda m: "".join(map(chr, range(ord(m[1]), ord(m[2]) + 1))), written[1:-1])
    return frozenset(inside)
