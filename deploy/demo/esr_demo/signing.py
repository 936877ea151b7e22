"""A payroll officer of the story, who signs in as a person would, looks at the control pack and signs: no machine client may."""

from __future__ import annotations

import hashlib
import re
from html import unescape
from typing import Any

import httpx

from esr_demo.hub import Refused
from esr_demo.story import Story

OFFICER = "Marcus Bell"
_CHOICE = re.compile(r'href="([^"]+)">\s*<span class="esr-people__name">([^<]+)<')
_SECRET = re.compile(r'name="csrf_token" value="([^"]+)"')


async def sign(story: Story, run: dict[str, Any]) -> dict[str, Any]:
    """Have the trust's payroll officer sign this frozen run; gives the run as it stands then."""
    async with httpx.AsyncClient(base_url=story.http.base_url, timeout=60, follow_redirects=True) as browser:
        secret = await _sign_in(browser)
        at = f"/esr-gateway/v1/runs/{run['run_id']}"
        pack = (await browser.get(f"{at}/pack")).raise_for_status()
        read = hashlib.sha256(pack.content).hexdigest()
        story.telling.check(
            "The control pack is the one whose hash the officer signs", read == run["pack_sha256"], read
        )
        signed = await browser.post(f"{at}/sign", json={"pack_sha256": read}, headers={"X-CSRF-Token": secret})
        if signed.is_error:
            raise Refused(f"signing answered {signed.status_code}: {signed.text[:2000]}")
        story.telling.say(f"{OFFICER}, payroll officer, has signed {run['pay_name']}: {read[:16]}…")
        answer: dict[str, Any] = signed.json()
        return answer


async def _sign_in(browser: httpx.AsyncClient) -> str:
    """Choose the officer on the try-out's page; gives the secret that the session's forms carry."""
    page = (await browser.get("/sign-in")).raise_for_status()
    choices = {unescape(name).strip(): unescape(href) for href, name in _CHOICE.findall(page.text)}
    home = (await browser.get(page.url.join(choices[OFFICER]))).raise_for_status()
    found = _SECRET.search(home.text)
    if found is None:
        raise Refused("the overview has no form of the officer's session")
    return found[1]
