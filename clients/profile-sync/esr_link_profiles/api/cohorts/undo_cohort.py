from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.cohort_answer import CohortAnswer
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    cohort_id: UUID,
    *,
    vpd: None | str | Unset = UNSET,
    if_match: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

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
        "url": "/v1/cohorts/{cohort_id}:undo".format(
            cohort_id=quote(str(cohort_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> CohortAnswer | Problem | None:
    if response.status_code == 202:
        response_202 = CohortAnswer.from_dict(response.json())

        return response_202

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CohortAnswer | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    cohort_id: UUID,
    *,
    client: AuthenticatedClient,
    vpd: None | str | Unset = UNSET,
    if_match: None | str | Unset = UNSET,
) -> Response[CohortAnswer | Problem]:
    """Take back all that a cohort did

     `profile.onboarded` is published once more for each person, with `withdrawn`, and the links that the
    cohort made are undone. What people decided otherwise stays.

    Args:
        cohort_id (UUID):
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        if_match (None | str | Unset): The version that you last read, in quotation marks.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CohortAnswer | Problem]
    """

    kwargs = _get_kwargs(
        cohort_id=cohort_id,
        vpd=vpd,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    cohort_id: UUID,
    *,
    client: AuthenticatedClient,
    vpd: None | str | Unset = UNSET,
    if_match: None | str | Unset = UNSET,
) -> CohortAnswer | Problem | None:
    """Take back all that a cohort did

     `profile.onboarded` is published once more for each person, with `withdrawn`, and the links that the
    cohort made are undone. What people decided otherwise stays.

    Args:
        cohort_id (UUID):
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        if_match (None | str | Unset): The version that you last read, in quotation marks.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CohortAnswer | Problem
    """

    return sync_detailed(
        cohort_id=cohort_id,
        client=client,
        vpd=vpd,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    cohort_id: UUID,
    *,
    client: AuthenticatedClient,
    vpd: None | str | Unset = UNSET,
    if_match: None | str | Unset = UNSET,
) -> Response[CohortAnswer | Problem]:
    """Take back all that a cohort did

     `profile.onboarded` is published once more for each person, with `withdrawn`, and the links that the
    cohort made are undone. What people decided otherwise stays.

    Args:
        cohort_id (UUID):
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        if_match (None | str | Unset): The version that you last read, in quotation marks.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CohortAnswer | Problem]
    """

    kwargs = _get_kwargs(
        cohort_id=cohort_id,
        vpd=vpd,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    cohort_id: UUID,
    *,
    client: AuthenticatedClient,
    vpd: None | str | Unset = UNSET,
    if_match: None | str | Unset = UNSET,
) -> CohortAnswer | Problem | None:
    """Take back all that a cohort did

     `profile.onboarded` is published once more for each person, with `withdrawn`, and the links that the
    cohort made are undone. What people decided otherwise stays.

    Args:
        cohort_id (UUID):
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        if_match (None | str | Unset): The version that you last read, in quotation marks.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CohortAnswer | Problem
    """

    return (
        await asyncio_detailed(
            cohort_id=cohort_id,
            client=client,
            vpd=vpd,
            if_match=if_match,
        )
    ).parsed
