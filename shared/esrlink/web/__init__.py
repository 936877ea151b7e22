"""Server-rendered pages: the shell, the building blocks and the rules (security headers, assets) that all pages share.

Every page works without JavaScript; htmx only keeps parts of dashboards fresh.
"""

from esrlink.web.pages import Pages, crumbs
from esrlink.web.problems import render_problem, wants_page
from esrlink.web.security import SecurityHeaders
from esrlink.web.static_files import mount_static

__all__ = ["Pages", "SecurityHeaders", "crumbs", "mount_static", "render_problem", "wants_page"]
