"""The faults that can be switched on: one typed table, kept in the store so that a restart does not lose them.

A fault strikes where the table says; with `times` it goes away by itself after so many strikes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from esr_sandbox.store import Store


class Fault(StrEnum):
    """Names of the faults."""

    LATE_FILE = "late-file"
    MISSING_SEQUENCE = "missing-sequence"
    DUPLICATE_FILE = "duplicate-file"
    PARTIAL_WRITE = "partial-write"
    WRONG_CHARSET = "wrong-charset"
    QUARANTINE = "quarantine"
    NO_CONFIRMATION = "no-confirmation"
    LOST_RECEIPT = "lost-receipt"
    DROPPED_CONNECTION = "dropped-connection"
    RENAME_REFUSED = "rename-refused"
    LISTING_REFUSED = "listing-refused"
    READING_REFUSED = "reading-refused"
    WRITING_REFUSED = "writing-refused"
    DISK_FULL = "disk-full"
    LOGIN_REVOKED = "login-revoked"
    WRONG_HOST_KEY = "wrong-host-key"
    SILENT = "silent"
    SARD_REOPENED = "sard-reopened"
    SARD_UNREADABLE = "sard-unreadable"
    SARD_TOO_MANY_REQUESTS = "sard-429"
    SARD_ERROR = "sard-500"
    SARD_HANG = "sard-hang"
    SARD_REFUSES = "sard-refuses"
    SARD_TRUNCATED = "sard-truncated"
    SARD_WRONG_TYPES = "sard-wrong-types"
    SARD_ERROR_INSIDE = "sard-200-error"
    SARD_SHIFTING = "sard-shifting"


class Parameters(BaseModel):
    """What every fault takes: the trust that it is for (all, if empty)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vpd: str | None = Field(default=None, pattern=r"^\d{3}$")


class Strikes(Parameters):
    """A fault that strikes `times` times, or until it is removed if empty."""

    times: int | None = Field(default=1, ge=1)


class DuplicateFile(Strikes):
    """`same`: the last file is put again; `changed`: its name comes again with other content."""

    content: Literal["same", "changed"] = "same"


class PartialWrite(Parameters):
    """`growing`: under its final name, `step` bytes more at each listing; `suffix`: as `NAME._TXFR` until removed."""

    style: Literal["growing", "suffix"] = "suffix"
    step: int = Field(default=65_536, ge=1, description="bytes")


class DroppedConnection(Strikes):
    """The connection is cut once so many bytes of a file went up or down."""

    after_bytes: int = Field(default=1024, ge=0)
    direction: Literal["up", "down"] = "up"


class LostReceipt(Strikes):
    """The connection is cut at a rename, which is `done` or not."""

    done: bool = True


class RenameRefused(Strikes):
    """A rename is answered with a refusal, though it may be `done` all the same."""

    done: bool = False


class ListingRefused(Strikes):
    """One folder cannot be listed; both, if empty."""

    times: int | None = Field(default=None, ge=1)
    folder: Literal["In", "Out"] | None = None


class FileRefused(Strikes):
    """Files whose names begin so are refused; all, if empty."""

    times: int | None = Field(default=None, ge=1)
    name: str = ""


class LoginRevoked(Strikes):
    """The user is not let in."""

    times: int | None = Field(default=None, ge=1)


class Silent(Parameters):
    """What is not answered until the fault is removed."""

    on: Literal["listing", "reading", "writing", "rename"] = "listing"


class DiskFull(Strikes):
    """Writing to a file is refused once it is this long."""

    times: int | None = Field(default=None, ge=1)
    after_bytes: int = Field(default=0, ge=0)


class RetryLater(Strikes):
    """429 with this `Retry-After`."""

    retry_after: int = Field(default=1, ge=0, description="seconds")


class Hang(Strikes):
    """No answer for so long."""

    seconds: float = Field(default=60, gt=0, le=600)


class Refuses(Strikes):
    """SARD refuses with this status."""

    times: int | None = Field(default=None, ge=1)
    status: Literal[400, 401, 403, 404, 415, 422] = 403


class WrongTypes(Parameters):
    """The plan whose fields are of other types; every one, if empty. `whole`: it is no record at all."""

    plan_id: str | None = None
    whole: bool = False


class Reopened(Parameters):
    """The plan that is reopened; every completed one, if empty."""

    plan_id: str | None = None


class Unreadable(Parameters):
    """What stands in place of every PA figure that is a string."""

    text: str = "n/a"


@dataclass(frozen=True)
class FaultKind:
    """One line of the table: the fault, what it does, the parameters that it takes."""

    fault: Fault
    effect: str
    parameters: type[Parameters]


FAULTS = {
    kind.fault: kind
    for kind in (
        FaultKind(Fault.LATE_FILE, "GO files and confirmations are held back until it is removed", Parameters),
        FaultKind(Fault.MISSING_SEQUENCE, "the next changes file skips a sequence number", Strikes),
        FaultKind(Fault.DUPLICATE_FILE, "with the next changes file the one before comes again", DuplicateFile),
        FaultKind(Fault.PARTIAL_WRITE, "files in Out are incomplete until it is removed", PartialWrite),
        FaultKind(Fault.WRONG_CHARSET, "the next GO file is in UTF-8, not in ISO-8859-1", Strikes),
        FaultKind(Fault.QUARANTINE, "the next inbound file is refused as a whole (CNF,0,,REJ)", Strikes),
        FaultKind(Fault.NO_CONFIRMATION, "the next inbound file is read, and no confirmation says so", Strikes),
        FaultKind(Fault.LOST_RECEIPT, "at a rename the connection is cut before it is answered", LostReceipt),
        FaultKind(Fault.DROPPED_CONNECTION, "the connection is cut in the middle of a file", DroppedConnection),
        FaultKind(Fault.RENAME_REFUSED, "a rename is refused: permission denied", RenameRefused),
        FaultKind(Fault.LISTING_REFUSED, "a folder cannot be listed: permission denied", ListingRefused),
        FaultKind(Fault.READING_REFUSED, "a file cannot be read: permission denied", FileRefused),
        FaultKind(Fault.WRITING_REFUSED, "a file cannot be written: permission denied", FileRefused),
        FaultKind(Fault.DISK_FULL, "writing a file fails for want of space", DiskFull),
        FaultKind(Fault.LOGIN_REVOKED, "the password and the keys are refused", LoginRevoked),
        FaultKind(Fault.WRONG_HOST_KEY, "the server shows another host key, to all trusts", Parameters),
        FaultKind(Fault.SILENT, "the server does not answer, and the connection stays open", Silent),
        FaultKind(Fault.SARD_REOPENED, "a completed job plan, or all of them, is a draft again", Reopened),
        FaultKind(Fault.SARD_UNREADABLE, "PA figures that are strings hold no number", Unreadable),
        FaultKind(Fault.SARD_TOO_MANY_REQUESTS, "SARD answers 429 with Retry-After", RetryLater),
        FaultKind(Fault.SARD_ERROR, "SARD answers 500", Strikes),
        FaultKind(Fault.SARD_HANG, "SARD does not answer for a while", Hang),
        FaultKind(Fault.SARD_REFUSES, "SARD refuses with a status such as 401, 403, 404, 415 or 422", Refuses),
        FaultKind(Fault.SARD_TRUNCATED, "SARD's answer breaks off in the middle", Strikes),
        FaultKind(Fault.SARD_WRONG_TYPES, "a plan's fields are of other types, or it is no record", WrongTypes),
        FaultKind(Fault.SARD_ERROR_INSIDE, "SARD answers 200 with an error in it", Strikes),
        FaultKind(Fault.SARD_SHIFTING, "the first record of a list leaves while its pages are read", Strikes),
    )
}


P = TypeVar("P", bound=Parameters)
S = TypeVar("S", bound=Strikes)


class FaultBoard:
    """Which faults are on."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.on_change: list[Callable[[], None]] = []

    def switch_on(self, fault: Fault, parameters: Parameters) -> None:
        """Switch a fault on, or change its parameters."""
        with self._store.transaction() as db:
            db.execute("insert or replace into fault values (?, ?)", (fault, parameters.model_dump_json()))
        self._tell()

    def switch_off(self, fault: Fault | None = None) -> None:
        """Switch one fault off, or all of them."""
        with self._store.transaction() as db:
            db.execute("delete from fault where name = ? or ? is null", (fault, fault))
        self._tell()

    def active(self) -> dict[Fault, Parameters]:
        """Return the faults that are on, with their parameters."""
        with self._store.transaction() as db:
            rows = db.execute("select name, parameters from fault order by name").fetchall()
        return {Fault(name): FAULTS[Fault(name)].parameters.model_validate_json(text) for name, text in rows}

    def standing(self, fault: Fault, kind: type[P], vpd: str | None = None) -> P | None:
        """Return the parameters of a fault if it is on for that trust; nothing is used up."""
        found = self.active().get(fault)
        if found is None or (found.vpd is not None and vpd is not None and found.vpd != vpd):
            return None
        return found if isinstance(found, kind) else None

    def strike(self, fault: Fault, kind: type[S], vpd: str | None = None) -> S | None:
        """Let a fault strike: return its parameters if it is on for that trust, and use up one of its times."""
        with self._store.transaction():
            found = self.standing(fault, kind, vpd)
            if found is not None and found.times == 1:
                self.switch_off(fault)
            elif found is not None and found.times is not None:
                self.switch_on(fault, found.model_copy(update={"times": found.times - 1}))
            return found

    def _tell(self) -> None:
        for react in self.on_change:
            react()
