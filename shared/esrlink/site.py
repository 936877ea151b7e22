"""The site: what stands at the root of the address beside the services, that is the overview, sign-in and the assets.

In the try-out it carries the services as well; in production it is a small process of its own behind the same proxy.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI

from esrlink.auth import Authenticator
from esrlink.auth.sign_in import auth_router
from esrlink.clock import Clock
from esrlink.http.app import dress
from esrlink.http.health import Health
from esrlink.overview import create_overview
from esrlink.settings import ServiceSettings
from esrlink.version import VERSION
from esrlink.web import Pages, mount_static


def create_site(settings: ServiceSettings, services: Mapping[str, str], *, clock: Clock) -> FastAPI:
    """The root app. `services` gives each service's base address by its name."""
    auth, pages = Authenticator(settings), Pages(settings)
    app = FastAPI(title="ESR Link", version=VERSION, openapi_url=None)
    dress(app, name="site", settings=settings, auth=auth, pages=pages)
    mount_static(app)
    app.include_router(auth_router(auth, pages))
    app.include_router(create_overview(settings, services, now=clock.now))

    @app.get("/live", include_in_schema=False)
    async def live() -> Health:
        return Health(state="live", detail="The process runs.")

    return app
