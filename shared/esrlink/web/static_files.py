"""Serves the assets under an address that holds their version, so that a browser may keep them for ever."""

from __future__ import annotations

import os
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

ASSETS = Path(__file__).parent / "assets"
# One year: the address changes when a file does.
_FOR_EVER = "public, max-age=31536000, immutable"


@cache
def assets_version(folder: Path = ASSETS) -> str:
    """Eight hexadecimal digits that change when any asset does ("missing" when none are built)."""
    digest = sha256()
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    for path in files:
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:8] if files else "missing"


class _VersionedFiles(StaticFiles):
    """Only the current version may be kept: during a roll-out an old page may ask a new process, or the reverse."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        current = scope.get("path_params", {}).get("version") == assets_version()
        response.headers["Cache-Control"] = _FOR_EVER if current else "no-cache"
        return response


def mount_static(app: FastAPI) -> None:
    """Serve the assets at `/assets/VERSION/`. Mounted once, at the site's root."""
    app.mount("/assets/{version}", _VersionedFiles(directory=ASSETS, check_dir=False), name="assets")
