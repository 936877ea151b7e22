"""The sandbox's HTTP side as one application: the control API under `/sandbox`, the simulated SARD under `/sard`."""

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse

from esr_sandbox.control import SARD_TRUST, control_routes
from esr_sandbox.errors import SandboxError
from esr_sandbox.sard import create_sard

if TYPE_CHECKING:
    from esr_sandbox.run import Sandbox


def create_app(sandbox: "Sandbox") -> FastAPI:
    """Return the application of a sandbox. Errors are problem details (RFC 9457), or JSON:API's under `/sard`."""
    app = FastAPI(
        title="ESR Link sandbox",
        summary="A simulated ESR and SARD, with invented people, to develop and test against.",
    )

    @app.exception_handler(SandboxError)
    async def answer_error(_: Request, error: SandboxError) -> JSONResponse:
        problem = {"type": "about:blank", "code": error.code, "title": error.sentence, "status": error.status}
        return JSONResponse(problem, status_code=error.status, media_type="application/problem+json")

    @app.get("/", include_in_schema=False)
    def start_page() -> RedirectResponse:
        return RedirectResponse("/docs")

    app.include_router(control_routes(sandbox))
    app.mount("/sard", create_sard(sandbox.settings, sandbox.faults, lambda: sandbox.esr.world(SARD_TRUST.vpd)))
    return app
