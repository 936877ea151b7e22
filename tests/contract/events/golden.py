"""Messages as they were on the wire, kept for good: each file holds one, and what must be read from it.

Never edit one that was in a release: it stands in somebody's topic, archive or dead letters just like this. Fields and
headers whose names begin with `new` are those of a newer producer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from esrlink.contracts import Message

FOLDER = Path(__file__).parent / "golden"


@dataclass(frozen=True)
class Golden:
    """One message, the name of its file, and what must be read from it."""

    type: str
    case: str
    message: Message
    reads: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.type}/{self.case}"


def _load(path: Path) -> Golden:
    kept = json.loads(path.read_text(encoding="utf-8"))
    message = Message(kept["topic"], kept["key"], kept["value"].encode(), kept["headers"])
    return Golden(path.parent.name, path.stem, message, kept["reads"])


GOLDEN: Sequence[Golden] = [_load(path) for path in sorted(FOLDER.glob("*/*.json"))]
NAMES = [one.name for one in GOLDEN]
EVERY_TYPE = ("full", "minimal", "newer", "replayed", "strange")
