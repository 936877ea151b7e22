"""How a command tells of its own failure: in a sentence, and never with a person's row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import typer
from rich.console import Console

from esrlink.observability.logs import places

log = structlog.get_logger()


@contextmanager
def told_plainly() -> Iterator[None]:
    """End with status 1 and a sentence, or with the places of an unknown error: its text may quote a person's row."""
    from pydantic import ValidationError

    from esrlink.errors import EsrLinkError

    try:
        yield
    except (typer.Exit, typer.BadParameter):
        raise
    except EsrLinkError as error:
        Console(stderr=True).print(f"[red]{error.detail}[/red]")
        raise typer.Exit(1) from None
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False, include_context=False):
            Console(stderr=True).print(f"[red]{'.'.join(map(str, problem['loc']))} {problem['msg']}[/red]".strip())
        raise typer.Exit(1) from None
    except Exception as error:  # noqa: BLE001 - the last one who could tell of it
        log.critical("process.failed", error=type(error).__name__, at=places(error))
        raise typer.Exit(1) from None
