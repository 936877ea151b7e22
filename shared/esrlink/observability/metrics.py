"""Every metric of the product, declared once, with one line of meaning each."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Histogram(
    "esrlink_http_request_seconds", "Time to answer an HTTP request", ["service", "method", "route", "status"]
)
OUTBOX_WAITING = Gauge("esrlink_outbox_waiting", "Events committed and not yet published", ["service"])
OUTBOX_OLDEST = Gauge("esrlink_outbox_oldest_seconds", "Age of the oldest event not yet published", ["service"])
PUBLISHED = Counter("esrlink_events_published_total", "Events handed to the bus", ["service", "topic"])
CONSUMED = Counter("esrlink_events_consumed_total", "Events taken into effect", ["service", "topic"])
REPEATED = Counter("esrlink_events_repeated_total", "Events seen again and left without effect", ["service", "topic"])
PARKED = Counter("esrlink_events_parked_total", "Events parked as dead letters", ["service", "topic", "reason_class"])
LETTERS_WAITING = Gauge("esrlink_dead_letters_waiting", "Dead letters that wait for a person", ["service"])
FUSE_BLOWN = Gauge(
    "esrlink_fuse_blown", "1 while a topic is not consumed: too many failed in a row", ["service", "topic"]
)
RETRIED = Counter("esrlink_retries_total", "Pieces of work tried again after a passing fault", ["service", "what"])
LOOP_RESTARTS = Counter("esrlink_loop_failures_total", "Loops that ended with an error", ["service", "loop"])
CUT_OFF_OLDEST = Gauge(
    "esrlink_cut_off_oldest_seconds", "Age of the oldest payroll cut-off that came and has no run yet", ["service"]
)
MAIL_TROUBLED = Gauge(
    "esrlink_mail_troubled", "E-mails given up in the last day: refused, too late, or nobody knows", ["service"]
)
