"""The issuer of tests, served over real HTTP on this machine, for services that run as processes of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

from esrlink.auth.testing import TestIssuer


class ServedIssuer(TestIssuer):
    """A `TestIssuer` whose discovery document says what a sign-in needs too, unless `lacks` names it."""

    def __init__(self, url: str, lacks: tuple[str, ...] = ()) -> None:
        super().__init__(url)
        self.lacks = lacks

    def answer(self, path: str) -> bytes:
        """The body for a GET of that path."""
        told = json.loads(self._answer(httpx.Request("GET", f"{self.url}{path}")).content)
        if path.startswith("/.well-known"):
            told |= {name: f"{self.url}/{name}" for name in ("authorization_endpoint", "token_endpoint")}
        return json.dumps({name: value for name, value in told.items() if name not in self.lacks}).encode()


@contextmanager
def served_issuer(*, lacks: tuple[str, ...] = (), status: int = 200) -> Iterator[ServedIssuer]:
    """An issuer at a free port of 127.0.0.1 that answers everything with `status`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = issuer.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it has there
            """Keep the test's output free of requests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer = ServedIssuer(f"http://127.0.0.1:{server.server_address[1]}", lacks)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()
