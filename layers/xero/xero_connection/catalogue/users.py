# SPDX-License-Identifier: Apache-2.0
"""Users: the people who have access to an organisation.

https://developer.xero.com/documentation/api/accounting/users
"""

from __future__ import annotations

from xero_connection.endpoint import Endpoint
from xero_connection.lists import ModifiedSinceInput
from xero_connection.models.users import UserRecord

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
        ModifiedSinceInput,
        covers=("getUsers",),
        example={"where": "IsSubscriber==true"},
        advice="Use it to see who may do what; people are added and removed in Xero alone.",
    ),
    _USERS.get(
        covers=("getUser",),
        advice="Use list_users to find the id.",
    ),
)
