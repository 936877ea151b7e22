"""Assets may be kept for ever, because their address changes when they do."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from esrlink.web import SecurityHeaders, mount_static, static_files


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "a.css").write_text("a{}")
    monkeypatch.setattr(static_files, "ASSETS", tmp_path)
    monkeypatch.setattr(static_files, "assets_version", lambda: "12345678")
    return tmp_path


@pytest.fixture
def app(folder) -> FastAPI:
    app = FastAPI()
    app.add_middleware(SecurityHeaders, https=True)
    mount_static(app)
    return app


async def test_the_current_version_is_kept_for_ever_and_another_is_asked_for_again(app) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub.test") as client:
        current = await client.get("/assets/12345678/a.css")
        older = await client.get("/assets/00000000/a.css")
        missing = await client.get("/assets/12345678/b.css")
        outside = await client.get("/assets/12345678/%2e%2e/secret")
    assert (current.status_code, current.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
    assert (older.status_code, older.headers["cache-control"]) == (200, "no-cache")
    assert missing.status_code == outside.status_code == 404
    assert current.headers["x-content-type-options"] == "nosniff"
    assert "strict-transport-security" in current.headers


def test_the_version_changes_with_any_file(tmp_path) -> None:
    assert static_files.assets_version(tmp_path / "none") == "missing"
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, text in ((first, "a"), (second, "b")):
        folder.mkdir()
        (folder / "x.css").write_text(text)
    assert static_files.assets_version(first) != static_files.assets_version(second)
