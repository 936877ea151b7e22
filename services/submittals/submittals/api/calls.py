"""What operations that change records share: who calls, the version they read, and a key that makes repeating safe."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from esrlink.auth import Principal, require
from esrlink.auth.access import Dependency
from esrlink.db import WriteTx
from esrlink.errors import EsrLinkError
from esrlink.http import problem_responses
from esrlink.http.if_match import IfMatch, etag, expected_version, stated_in
from esrlink.runtime import Parts
from submittals.api.answers import SubmittalAnswer, answer_of
from submittals.api.work import PartsOf
from submittals.flow import answered
from submittals.flow.answered import Repeated
from submittals.flow.gathering import GatheredPuts
from submittals.flow.intake import Put
from submittals.flow.roles import ROLES_FOR, SCOPES_FOR
from submittals.records.results import Result
from submittals.records.state import Command

M = TypeVar("M", bound=BaseModel)
Work = Callable[[WriteTx], Awaitable[M | EsrLinkError]]

RESPONSES = problem_responses(400, 401, 403, 404, 409, 412, 413, 422)

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Any text of yours that is new for each request. The same request again within a day gets the same"
        " answer and does nothing; another one with the key is refused (422 `idempotency_key_reused`).",
        examples=["8d7f4a52-claims-of-monday"],
    ),
]


def asking(command: Command) -> Dependency:
    """A dependency that gives a caller who may ask this: a machine client by scope, a person by role."""
    return require(SCOPES_FOR[command], roles=ROLES_FOR[command])


@dataclass(frozen=True, slots=True)
class Call:
    """One request that changes records."""

    parts: Parts
    request: Request
    response: Response
    if_match: str | None
    key: str | None

    def expected(self, stated: int | None) -> int | None:
        """The version that the caller read: from the header, or as the body states it."""
        return expected_version(self.if_match, stated)

    async def once(self, principal: Principal, vpd: str, body: Any, model: type[M], work: Work[M]) -> M:
        """Do the work in one transaction of the trust, or repeat what was answered to this very request.

        What the work raises leaves no trace; a refusal that it returns is raised after the commit.
        """
        said: M | EsrLinkError
        async with self.parts.database.write([vpd]) as tx:
            if self.key is None:
                said = await work(tx)
            else:
                told = [self.request.method, self.request.url.path, self.if_match, body]
                said = await self._kept(tx, answered.Request(vpd, principal.subject, self.key, told), model, work)
        if isinstance(said, EsrLinkError):
            with stated_in(self.if_match):
                raise said
        return said

    async def _kept(self, tx: WriteTx, asked: answered.Request, model: type[M], work: Work[M]) -> M | EsrLinkError:
        known = await answered.known_answer(tx, asked, self.parts.clock.now())
        if isinstance(known, Repeated):
            return known
        if known is not None:
            return model.model_validate_json(known)
        said = await work(tx)
        kept = said if isinstance(said, EsrLinkError) else said.model_dump_json().encode()
        await answered.keep_answer(tx, asked, kept)
        return said

    async def one(
        self, principal: Principal, vpd: str, body: BaseModel, work: Callable[[WriteTx], Awaitable[Result]]
    ) -> SubmittalAnswer:
        """The same for one record: its answer carries its version as the entity tag."""

        async def answering(tx: WriteTx) -> SubmittalAnswer | EsrLinkError:
            result = await work(tx)
            return result.error or answer_of(result)

        said = await self.once(principal, vpd, body.model_dump(mode="json"), SubmittalAnswer, answering)
        self.response.headers["ETag"] = etag(said.version)
        return said

    async def gathered(self, puts: GatheredPuts, vpd: str, client: str, put: Put) -> SubmittalAnswer:
        """Take in what a machine client puts without a key, together with what others put at this moment."""
        result = await puts.put((vpd, client), put)
        if result.error is not None:
            with stated_in(self.if_match):
                raise result.error
        said = answer_of(result)
        self.response.headers["ETag"] = etag(said.version)
        return said


async def _call(
    request: Request, response: Response, parts: PartsOf, if_match: IfMatch = None, key: IdempotencyKey = None
) -> Call:
    return Call(parts, request, response, if_match, key)


CallOf = Annotated[Call, Depends(_call)]
