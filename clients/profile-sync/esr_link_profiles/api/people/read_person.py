import datetime
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.part import Part
from ...models.person_answer import PersonAnswer
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    vpd: str,
    employee_number: str,
    *,
    on: datetime.date | None | Unset = UNSET,
    fields: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_on: None | str | Unset
    if isinstance(on, Unset):
        json_on = UNSET
    elif isinstance(on, datetime.date):
        json_on = on.isoformat()
    else:
        json_on = on
    params["on"] = json_on

    json_fields: None | str | Unset
    if isinstance(fields, Unset):
        json_fields = UNSET
    else:
        json_fields = fields
    params["fields"] = json_fields

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/people/{vpd}/{employee_number}".format(
            vpd=quote(str(vpd), safe=""),
            employee_number=quote(str(employee_number), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | Part | PersonAnswer | Problem | None:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> Part | PersonAnswer:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_0 = PersonAnswer.from_dict(data)

                return response_200_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_200_type_1 = Part.from_dict(data)

            return response_200_type_1

        response_200 = _parse_response_200(response.json())

        return response_200

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | Part | PersonAnswer | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    vpd: str,
    employee_number: str,
    *,
    client: AuthenticatedClient,
    on: datetime.date | None | Unset = UNSET,
    fields: None | str | Unset = UNSET,
) -> Response[Any | Part | PersonAnswer | Problem]:
    """Read a person by ESR number, with their profiles in all departments that you may see

     Leavers, and people whom ESR no longer shows, are read like everybody: late claims need them. What
    the same human has in another trust is told only to a caller who may see both.

    Args:
        vpd (str): A trust on ESR: three digits.
        employee_number (str): The ESR number of a person within a trust. Text: it may start with
            zeros.
        on (datetime.date | None | Unset): Only the assignments in force on this day.
        fields (None | str | Unset): Only these fields, with commas between; all of them without
            it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Part | PersonAnswer | Problem]
    """

    kwargs = _get_kwargs(
        vpd=vpd,
        employee_number=employee_number,
        on=on,
        fields=fields,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    vpd: str,
    employee_number: str,
    *,
    client: AuthenticatedClient,
    on: datetime.date | None | Unset = UNSET,
    fields: None | str | Unset = UNSET,
) -> Any | Part | PersonAnswer | Problem | None:
    """Read a person by ESR number, with their profiles in all departments that you may see

     Leavers, and people whom ESR no longer shows, are read like everybody: late claims need them. What
    the same human has in another trust is told only to a caller who may see both.

    Args:
        vpd (str): A trust on ESR: three digits.
        employee_number (str): The ESR number of a person within a trust. Text: it may start with
            zeros.
        on (datetime.date | None | Unset): Only the assignments in force on this day.
        fields (None | str | Unset): Only these fields, with commas between; all of them without
            it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Part | PersonAnswer | Problem
    """

    return sync_detailed(
        vpd=vpd,
        employee_number=employee_number,
        client=client,
        on=on,
        fields=fields,
    ).parsed


async def asyncio_detailed(
    vpd: str,
    employee_number: str,
    *,
    client: AuthenticatedClient,
    on: datetime.date | None | Unset = UNSET,
    fields: None | str | Unset = UNSET,
) -> Response[Any | Part | PersonAnswer | Problem]:
    """Read a person by ESR number, with their profiles in all departments that you may see

     Leavers, and people whom ESR no longer shows, are read like everybody: late claims need them. What
    the same human has in another trust is told only to a caller who may see both.

    Args:
        vpd (str): A trust on ESR: three digits.
        employee_number (str): The ESR number of a person within a trust. Text: it may start with
            zeros.
        on (datetime.date | None | Unset): Only the assignments in force on this day.
        fields (None | str | Unset): Only these fields, with commas between; all of them without
            it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Part | PersonAnswer | Problem]
    """

    kwargs = _get_kwargs(
        vpd=vpd,
        employee_number=employee_number,
        on=on,
        fields=fields,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    vpd: str,
    employee_number: str,
    *,
    client: AuthenticatedClient,
    on: datetime.date | None | Unset = UNSET,
    fields: None | str | Unset = UNSET,
) -> Any | Part | PersonAnswer | Problem | None:
    """Read a person by ESR number, with their profiles in all departments that you may see

     Leavers, and people whom ESR no longer shows, are read like everybody: late claims need them. What
    the same human has in another trust is told only to a caller who may see both.

    Args:
        vpd (str): A trust on ESR: three digits.
        employee_number (str): The ESR number of a person within a trust. Text: it may start with
            zeros.
        on (datetime.date | None | Unset): Only the assignments in force on this day.
        fields (None | str | Unset): Only these fields, with commas between; all of them without
            it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Part | PersonAnswer | Problem
    """

    return (
        await asyncio_detailed(
            vpd=vpd,
            employee_number=employee_number,
            client=client,
            on=on,
            fields=fields,
        )
    ).parsed
