"""The proxy's file, read without the proxy: each service by its own path, and nothing that only the try-out has."""

from __future__ import annotations

import re

import pytest

from esrlink.runtime import installed_services

from .shape import ROOT, compose

CADDYFILE = (ROOT / "deploy" / "proxy" / "Caddyfile").read_text()
PARTS = compose()["services"]


@pytest.mark.parametrize("name", [definition.name for definition in installed_services()])
def test_a_service_is_reached_by_its_own_path_and_its_metrics_are_not(name: str) -> None:
    assert f"@{name} path /{name} /{name}/*\n" in CADDYFILE
    handled = re.search(rf"handle @{name} {{\s*import to_service {{\$(\w+):(.*?)}}\s*}}", CADDYFILE)
    assert handled is not None
    assert handled[2] == f"{name}:8000"
    inside = re.search(r"@inside path (.*)", CADDYFILE)
    assert inside is not None
    assert f"/{name}/metrics" in inside[1].split()


def test_everything_else_is_the_sites() -> None:
    assert re.search(r"handle {[^}]*import to_service {\$SITE_ADDRESS:site:8000}", CADDYFILE)
    assert "rewrite" not in CADDYFILE
    assert "strip_prefix" not in CADDYFILE


def test_it_listens_where_compose_publishes_and_reads_the_secrets_that_it_is_given() -> None:
    assert "https://:8443" in CADDYFILE
    assert "http://:3000" in CADDYFILE
    for secret in PARTS["proxy"]["secrets"]:
        assert f"/run/secrets/{secret}}}" in CADDYFILE


def test_it_keeps_no_access_log_and_logs_no_request() -> None:
    assert CADDYFILE.count("log {") == 1, "the one that leaves requests out"
    assert "request delete" in CADDYFILE
