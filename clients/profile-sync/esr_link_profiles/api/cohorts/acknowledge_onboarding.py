from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.acknowledgements import Acknowledgements
from ...models.acknowledgements_answer import AcknowledgementsAnswer
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    cohort_id: UUID,
    *,
    body: Acknowledgements,
    vpd: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

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
        "url": "/v1/cohorts/{cohort_id}/onboarding/acknowledgements".format(
            cohort_id=quote(str(cohort_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AcknowledgementsAnswer | Problem | None:
    if response.status_code == 200:
        response_200 = AcknowledgementsAnswer.from_dict(response.json())

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
) -> Response[AcknowledgementsAnswer | Problem]:
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
    body: Acknowledgements,
    vpd: None | str | Unset = UNSET,
) -> Response[AcknowledgementsAnswer | Problem]:
    """Say what you have done of what you were told

     So that the coordinator sees it. It changes no profile and no link: put the profile for that. Each
    row is looked at by itself; the same again changes nothing.

    Args:
        cohort_id (UUID):
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        body (Acknowledgements): What a product did, person by person.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AcknowledgementsAnswer | Problem]
    """

    kwargs = _get_kwargs(
        cohort_id=cohort_id,
        body=body,
        vpd=vpd,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    cohort_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Acknowledgements,
    vpd: None | str | Unset = UNSET,
) -> AcknowledgementsAnswer | Problem | None:
    """Say what you have done of what you were told

     So that the coordinator sees it. It changes no profile and no link: put the profile for that. Each
    row is looked at by itself; the same again changes nothing.

    Args:
        cohort_id (UUID):
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        body (Acknowledgements): What a product did, person by person.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AcknowledgementsAnswer | Problem
    """

    return sync_detailed(
        cohort_id=cohort_id,
        client=client,
        body=body,
        vpd=vpd,
    ).parsed


async def asyncio_detailed(
    cohort_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Acknowledgements,
    vpd: None | str | Unset = UNSET,
) -> Response[AcknowledgementsAnswer | Problem]:
    """Say what you have done of what you were told

     So that the coordinator sees it. It changes no profile and no link: put the profile for that. Each
    row is looked at by itself; the same again changes nothing.

    Args:
        cohort_id (UUID):
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        body (Acknowledgements): What a product did, person by person.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AcknowledgementsAnswer | Problem]
    """

    kwargs = _get_kwargs(
        cohort_id=cohort_id,
        body=body,
        vpd=vpd,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    cohort_id: UUID,
    *,
    client: AuthenticatedClient,
    body: Acknowledgements,
    vpd: None | str | Unset = UNSET,
) -> AcknowledgementsAnswer | Problem | None:
    """Say what you have done of what you were told

     So that the coordinator sees it. It changes no profile and no link: put the profile for that. Each
    row is looked at by itself; the same again changes nothing.

    Args:
        cohort_id (UUID):
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        body (Acknowledgements): What a product did, person by person.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AcknowledgementsAnswer | Problem
    """

    return (
        await asyncio_detailed(
            cohort_id=cohort_id,
            client=client,
            body=body,
            vpd=vpd,
        )
    ).parsed
