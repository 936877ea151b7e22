"""The base of all events, and the registry that turns a topic and a version back into a model.

An event is a fact that happened to one person (or, for files and calendars, to one trust). Its partition key is
`vpd/employee_number`, so that all events of a topic about one person stay in order.
"""

from __future__ import annotations

from typing import ClassVar, TypeVar

from pydantic import Field

from esrlink.contracts.types import EmployeeNumber, Model, Vpd


class Event(Model):
    """Base of every event. Subclasses name their topic, version and one line of meaning."""

    TOPIC: ClassVar[str]
    VERSION: ClassVar[int] = 1
    # The one service that publishes it.
    PRODUCER: ClassVar[str]
    # A newer version has taken its place: it is still published, and a later release may leave it out.
    DEPRECATED: ClassVar[bool] = False
    # The newest event of each key is the whole truth, so a broker may forget the older ones (compaction).
    STATE: ClassVar[bool] = False

    vpd: Vpd

    @property
    def partition_key(self) -> str:
        """Whose events stay in order."""
        return self.vpd

    @property
    def key(self) -> str:
        """What the event is about: of a state topic, the broker keeps at least the newest event of each key."""
        return self.partition_key

    @classmethod
    def ce_type(cls) -> str:
        """The CloudEvents type: topic and version. A version after the first has a topic of its own, which ends with it."""
        version = f".v{cls.VERSION}"
        return cls.TOPIC if cls.TOPIC.endswith(version) else cls.TOPIC + version

    @property
    def type(self) -> str:
        """The CloudEvents type of this event."""
        return self.ce_type()


class PersonEvent(Event):
    """Base of the events about one person."""

    employee_number: EmployeeNumber = Field(description="The ESR number of the person in this trust.")

    @property
    def partition_key(self) -> str:
        """`vpd/employee_number`: one person's events stay in order."""
        return f"{self.vpd}/{self.employee_number}"


E = TypeVar("E", bound=type[Event])
REGISTRY: dict[str, type[Event]] = {}


def register(model: E) -> E:
    """Class decorator: make an event readable from the bus by its CloudEvents type."""
    REGISTRY[model.ce_type()] = model
    return model
