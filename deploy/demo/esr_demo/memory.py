"""What the story remembers on disk, so that one that was killed goes on: chapters told, and a few ids to come back to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


class Memory:
    """A small JSON file, written whole and renamed into place."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}

    def recall(self, name: str, default: Any = None) -> Any:
        """What was kept under `name`."""
        return self._kept.get(name, default)

    def keep(self, name: str, value: Any) -> None:
        """Keep `value` (plain JSON) under `name`."""
        self._kept[name] = value
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".tmp")
        draft.write_text(json.dumps(self._kept, indent=1))
        draft.replace(self._path)
