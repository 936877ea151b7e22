"""Whether ESR's folders show that a file of ours, or a later one, went before: then our database is older than what we did.

A database that was restored from a backup has forgotten what was sent since. Its files would be sent a second time, or
others under sequence numbers that ESR has taken already.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

_SEQUENCE = re.compile(r"_(\d{8})\.DAT$")


def used_names(file_name: str, names: Iterable[str], known: Collection[str]) -> list[str]:
    """Those of `names` (of `In/`, or of ESR's answers) that speak of this file, or of a later one that is not `known`.

    Names of our files begin with their kind, the trust and our code as a supplier, and end with their sequence.
    """
    found = _SEQUENCE.search(file_name)
    if found is None:
        return []
    series = "_".join(file_name.split("_")[:3])
    ours = re.compile(rf"(?:.*_)?({re.escape(series)}_.*_(\d{{8}})\.DAT)")
    used = []
    for name in names:
        match = ours.fullmatch(name)
        if match is None or int(match[2]) < int(found[1]):
            continue
        if match[1] == file_name or match[1] not in known:
            used.append(name)
    return sorted(used)
