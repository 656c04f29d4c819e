# SPDX-License-Identifier: Apache-2.0
"""Users: the people who have access to an organisation.

https://developer.xero.com/documentation/api/accounting/users
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from xero_connection.endpoint import Endpoint
from xero_connection.filters import Where
from xero_connection.lists import ModifiedSinceInput
from xero_connection.models.users import UserRecord


class ListUsers(ModifiedSinceInput):
    """Which users to list."""

    email_address: Annotated[str | None, Where("EmailAddress")] = Field(
        default=None, min_length=1, description="Only with exactly this e-mail address."
    )
    is_subscriber: Annotated[bool | None, Where("IsSubscriber")] = Field(
        default=None, description="True: only who pays for the organisation."
    )


_USERS = Endpoint(
    resource="users",
    noun="user",
    collection="Users",
    record=UserRecord,
    read=("accounting.settings.read", "accounting.settings"),
    write=(),
    example_id="80fce929-7ab5-507c-9734-21241ec7fde0",
)

OPERATIONS = (
    _USERS.list(
        ListUsers,
        covers=("getUsers",),
        example={"is_subscriber": True},
        counter_examples=(
            ({"email_address": ""}, "input.email_address"),
            ({"is_subscriber": "maybe"}, "input.is_subscriber"),
        ),
        advice="Use it to see who may do what; people are added and removed in Xero alone.",
    ),
    _USERS.get(
        covers=("getUser",),
        advice="Use list_users to find the id.",
    ),
)
