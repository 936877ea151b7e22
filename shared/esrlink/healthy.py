"""`python -m esrlink.healthy ADDRESS`: exit status 0 when the address answers with success, for a container's health check.

It imports nothing but the standard library, because it runs every few seconds beside the process that it asks.
"""

import sys
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

_SECONDS = 4.0


def is_healthy(address: str) -> bool:
    """Whether a GET of `address` is answered with 2xx within four seconds. No proxy is asked, whatever the environment."""
    try:
        with build_opener(ProxyHandler({})).open(address, timeout=_SECONDS) as answer:
            return 200 <= int(answer.status) < 300
    except (URLError, OSError, ValueError):
        return False


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("say which address: python -m esrlink.healthy http://127.0.0.1:8000/submittals/ready")
    sys.exit(0 if is_healthy(sys.argv[1]) else 1)
