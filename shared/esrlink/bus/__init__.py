"""The bus: a port with one conformance suite, a relay that empties the outbox onto it, a consumer that takes effect once."""

from esrlink.bus.backlog import backlog
from esrlink.bus.consumer import Consumer, Handler
from esrlink.bus.housekeeping import Housekeeping, Keep
from esrlink.bus.port import Bus, Subscription
from esrlink.bus.relay import Relay

__all__ = ["Bus", "Consumer", "Handler", "Housekeeping", "Keep", "Relay", "Subscription", "backlog"]
