"""`python -m tests.faults.part relay|consumer`: one part of the flow, by its environment, until it is killed."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta

from esrlink.bus import Consumer, Relay
from esrlink.bus.connect import bus_from_url
from esrlink.contracts import ProfileImported
from esrlink.db import Database
from esrlink.observability.logs import configure_logs
from tests.faults.flow import GROUP, take_effect


async def main(kind: str) -> None:
    """Run until killed."""
    database = Database(os.environ["FLOW_DATABASE_URL"], service="storm", pool_size=3)
    bus = bus_from_url(os.environ["ESRLINK_BUS_URL"])
    if kind == "relay":
        await Relay(database, bus, pause=timedelta(milliseconds=200)).run()
    else:
        await Consumer(GROUP, database, bus, {ProfileImported: take_effect}).run()


if __name__ == "__main__":
    configure_logs()
    asyncio.run(main(sys.argv[1]))
