"""Puts the pages' styles and scripts in place: `python -m esrlink.web.assets`, after `npm ci`.

The files come from npm and are changed in one way only: NHS typeface and NHS addresses are taken out, because this is
not an NHS service and its pages load nothing from elsewhere.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from esrlink.web.static_files import ASSETS

OWN = Path(__file__).parent / "static"
_REPOSITORY = Path(__file__).parents[3]

_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_FRUTIGER = re.compile(r"Frutiger W01,\s*")
# What a browser on any of a hospital's machines has, close in width to what the components were drawn for.
_FONTS = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, "
_ICONS = (
    "nhsuk-icon-cross.svg",
    "nhsuk-icon-arrow-up.svg",
    "nhsuk-icon-arrow-down.svg",
    "nhsuk-icon-arrow-up-down.svg",
)


def without_nhs_identity(css: str) -> str:
    """nhsuk-frontend's CSS with our fonts and with icons from beside it."""
    css = _FRUTIGER.sub(_FONTS, _FONT_FACE.sub("", css))
    return css.replace("url(/assets/images/", "url(images/")


def build(node_modules: Path, target: Path = ASSETS) -> None:
    """Fill `target` from `node_modules` and from our own files. Raises `FileNotFoundError` naming what is missing."""
    nhsuk = node_modules / "nhsuk-frontend" / "dist" / "nhsuk"
    target.mkdir(parents=True, exist_ok=True)
    (target / "images").mkdir(exist_ok=True)
    css = (nhsuk / "nhsuk-frontend.min.css").read_text("utf-8")
    (target / "nhsuk-frontend.min.css").write_text(without_nhs_identity(css), "utf-8")
    shutil.copyfile(nhsuk / "nhsuk-frontend.min.js", target / "nhsuk-frontend.min.js")
    shutil.copyfile(node_modules / "htmx.org" / "dist" / "htmx.min.js", target / "htmx.min.js")
    for icon in _ICONS:
        shutil.copyfile(nhsuk / "assets" / "images" / icon, target / "images" / icon)
    for own in OWN.iterdir():
        shutil.copyfile(own, target / own.name)


def main() -> int:
    """The command: exit status 0, or 1 with a sentence."""
    try:
        build(_REPOSITORY / "node_modules")
    except FileNotFoundError as error:
        sys.stderr.write(f"{error.filename} is missing: run `npm ci` first.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
