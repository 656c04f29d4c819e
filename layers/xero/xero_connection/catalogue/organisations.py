# SPDX-License-Identifier: Apache-2.0
"""Organisations: the books that are connected.

https://developer.xero.com/documentation/api/accounting/organisation
"""

from __future__ import annotations

from xero_connection.forms import named_by_id, output_of, page_of
from xero_connection.lists import Listed
from xero_connection.models.organisations import (
    CISSettingsRecord,
    OrganisationActionRecord,
    OrganisationRecord,
)
from xero_connection.operation import Call, Operation

_READ = ("accounting.settings.read", "accounting.settings")

OPERATIONS = (
    Operation(
        id="organisations/get_organisation",
        kind="query",
        summary="Get the organisation: name, currency, time zone, tax basis, lock dates.",
        output=output_of("organisation", OrganisationRecord),
        covers=("getOrganisations",),
        call=Call(method="GET", path="/Organisation", collection="Organisations"),
        scopes=_READ,
        advice="Look here for the base currency and the lock dates before writing documents.",
    ),
    Operation(
        id="organisations/list_organisation_actions",
        kind="query",
        summary="List what the connection may and may not do in the organisation.",
        input=Listed,
        output=page_of("organisation_actions", OrganisationActionRecord),
        covers=("getOrganisationActions",),
        counter_examples=(({"cursor": "page 2"}, "input.cursor"),),
        call=Call(method="GET", path="/Organisation/Actions", collection="Actions"),
        scopes=_READ,
        advice=(
            "Look here where Xero refuses something by permission: the plan, or the role of the "
            "person who connected it, may not have it."
        ),
    ),
    Operation(
        id="organisations/get_organisation_cis_settings",
        kind="query",
        summary="Get what the organisation is in the Construction Industry Scheme.",
        input=named_by_id("organisation"),
        output=output_of("cis_settings", CISSettingsRecord),
        example={"organisation_id": "0cb10d7a-c36c-5a1d-8ae7-5245ca315cb6"},
        covers=("getOrganisationCISSettings",),
        counter_examples=(({"organisation_id": "Demo Company"}, "input.organisation_id"),),
        call=Call(
            method="GET",
            path="/Organisation/{organisation_id}/CISSettings",
            collection="CISSettings",
        ),
        scopes=_READ,
        advice="In the UK only. Take OrganisationID from get_organisation.",
    ),
)
