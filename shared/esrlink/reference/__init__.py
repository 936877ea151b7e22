"""The reference pages that are made from the code, so that they cannot drift from it: `esrlink reference` writes them."""

from esrlink.reference.pages import pages, write
from esrlink.reference.release import NotReleasable, release
from esrlink.reference.settings import settings_page

__all__ = ["NotReleasable", "pages", "release", "settings_page", "write"]
