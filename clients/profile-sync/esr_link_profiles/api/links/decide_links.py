from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.decisions import Decisions
from ...models.decisions_answer import DecisionsAnswer
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: Decisions,
    vpd: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    params: dict[str, Any] = {}

    json_vpd: None | str | Unset
    if isinstance(vpd, Unset):
        json_vpd = UNSET
    else:
        json_vpd = vpd
    params["vpd"] = json_vpd

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/links/decisions",
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DecisionsAnswer | Problem | None:
    if response.status_code == 200:
        response_200 = DecisionsAnswer.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[DecisionsAnswer | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: Decisions,
    vpd: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> Response[DecisionsAnswer | Problem]:
    """Take many decisions into effect, with an answer for each

     All in one transaction, as if they were made at one moment. One that cannot be taken is answered
    with why and holds no other. Sent again under its key, or with the revision that was looked at, none
    is recorded twice.

    Args:
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        idempotency_key (None | str | Unset): The same key and decision again is recorded once.
            Needed where a row has no `revision`.
        body (Decisions): Decisions about profiles of one trust, at most one for each profile.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DecisionsAnswer | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        vpd=vpd,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: Decisions,
    vpd: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> DecisionsAnswer | Problem | None:
    """Take many decisions into effect, with an answer for each

     All in one transaction, as if they were made at one moment. One that cannot be taken is answered
    with why and holds no other. Sent again under its key, or with the revision that was looked at, none
    is recorded twice.

    Args:
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        idempotency_key (None | str | Unset): The same key and decision again is recorded once.
            Needed where a row has no `revision`.
        body (Decisions): Decisions about profiles of one trust, at most one for each profile.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DecisionsAnswer | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
        vpd=vpd,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: Decisions,
    vpd: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> Response[DecisionsAnswer | Problem]:
    """Take many decisions into effect, with an answer for each

     All in one transaction, as if they were made at one moment. One that cannot be taken is answered
    with why and holds no other. Sent again under its key, or with the revision that was looked at, none
    is recorded twice.

    Args:
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        idempotency_key (None | str | Unset): The same key and decision again is recorded once.
            Needed where a row has no `revision`.
        body (Decisions): Decisions about profiles of one trust, at most one for each profile.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DecisionsAnswer | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        vpd=vpd,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: Decisions,
    vpd: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> DecisionsAnswer | Problem | None:
    """Take many decisions into effect, with an answer for each

     All in one transaction, as if they were made at one moment. One that cannot be taken is answered
    with why and holds no other. Sent again under its key, or with the revision that was looked at, none
    is recorded twice.

    Args:
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        idempotency_key (None | str | Unset): The same key and decision again is recorded once.
            Needed where a row has no `revision`.
        body (Decisions): Decisions about profiles of one trust, at most one for each profile.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DecisionsAnswer | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            vpd=vpd,
            idempotency_key=idempotency_key,
        )
    ).parsed
