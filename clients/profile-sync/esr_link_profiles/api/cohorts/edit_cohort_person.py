from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.cohort_row import CohortRow
from ...models.problem import Problem
from ...models.row_edit import RowEdit
from ...types import UNSET, Response, Unset


def _get_kwargs(
    cohort_id: UUID,
    product: str,
    department: str,
    employee_number: str,
    *,
    body: RowEdit,
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
        "method": "patch",
        "url": "/v1/cohorts/{cohort_id}/people/{product}/{department}/{employee_number}".format(
            cohort_id=quote(str(cohort_id), safe=""),
            product=quote(str(product), safe=""),
            department=quote(str(department), safe=""),
            employee_number=quote(str(employee_number), safe=""),
        ),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> CohortRow | Problem | None:
    if response.status_code == 200:
        response_200 = CohortRow.from_dict(response.json())

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

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[CohortRow | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    cohort_id: UUID,
    product: str,
    department: str,
    employee_number: str,
    *,
    client: AuthenticatedClient,
    body: RowEdit,
    vpd: None | str | Unset = UNSET,
    if_match: None | str | Unset = UNSET,
) -> Response[CohortRow | Problem]:
    """Change what is to be done of one person

    Args:
        cohort_id (UUID):
        product (str): A rota product.
        department (str): A department's own short name within a product.
        employee_number (str): The ESR number of a person within a trust. Text: it may start with
            zeros.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        if_match (None | str | Unset): The version that you last read, in quotation marks.
        body (RowEdit): What is to be different in a row. What is left out stays; null takes a
            choice back, so that the proposal holds.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CohortRow | Problem]
    """

    kwargs = _get_kwargs(
        cohort_id=cohort_id,
        product=product,
        department=department,
        employee_number=employee_number,
        body=body,
        vpd=vpd,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    cohort_id: UUID,
    product: str,
    department: str,
    employee_number: str,
    *,
    client: AuthenticatedClient,
    body: RowEdit,
    vpd: None | str | Unset = UNSET,
    if_match: None | str | Unset = UNSET,
) -> CohortRow | Problem | None:
    """Change what is to be done of one person

    Args:
        cohort_id (UUID):
        product (str): A rota product.
        department (str): A department's own short name within a product.
        employee_number (str): The ESR number of a person within a trust. Text: it may start with
            zeros.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        if_match (None | str | Unset): The version that you last read, in quotation marks.
        body (RowEdit): What is to be different in a row. What is left out stays; null takes a
            choice back, so that the proposal holds.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CohortRow | Problem
    """

    return sync_detailed(
        cohort_id=cohort_id,
        product=product,
        department=department,
        employee_number=employee_number,
        client=client,
        body=body,
        vpd=vpd,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    cohort_id: UUID,
    product: str,
    department: str,
    employee_number: str,
    *,
    client: AuthenticatedClient,
    body: RowEdit,
    vpd: None | str | Unset = UNSET,
    if_match: None | str | Unset = UNSET,
) -> Response[CohortRow | Problem]:
    """Change what is to be done of one person

    Args:
        cohort_id (UUID):
        product (str): A rota product.
        department (str): A department's own short name within a product.
        employee_number (str): The ESR number of a person within a trust. Text: it may start with
            zeros.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        if_match (None | str | Unset): The version that you last read, in quotation marks.
        body (RowEdit): What is to be different in a row. What is left out stays; null takes a
            choice back, so that the proposal holds.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CohortRow | Problem]
    """

    kwargs = _get_kwargs(
        cohort_id=cohort_id,
        product=product,
        department=department,
        employee_number=employee_number,
        body=body,
        vpd=vpd,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    cohort_id: UUID,
    product: str,
    department: str,
    employee_number: str,
    *,
    client: AuthenticatedClient,
    body: RowEdit,
    vpd: None | str | Unset = UNSET,
    if_match: None | str | Unset = UNSET,
) -> CohortRow | Problem | None:
    """Change what is to be done of one person

    Args:
        cohort_id (UUID):
        product (str): A rota product.
        department (str): A department's own short name within a product.
        employee_number (str): The ESR number of a person within a trust. Text: it may start with
            zeros.
        vpd (None | str | Unset): The trust. May be left out when your token is for one trust
            only.
        if_match (None | str | Unset): The version that you last read, in quotation marks.
        body (RowEdit): What is to be different in a row. What is left out stays; null takes a
            choice back, so that the proposal holds.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CohortRow | Problem
    """

    return (
        await asyncio_detailed(
            cohort_id=cohort_id,
            product=product,
            department=department,
            employee_number=employee_number,
            client=client,
            body=body,
            vpd=vpd,
            if_match=if_match,
        )
    ).parsed
