# SPDX-License-Identifier: Apache-2.0
"""When a secret was put, of which nobody reads what it holds."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber
from moto import mock_aws
from xero_connection.aws import Aws, SecretHistory
from xero_connection.errors import UnavailableError

DEPLOYED = datetime(2026, 11, 1, tzinfo=UTC)
PUT = datetime(2026, 11, 22, 1, 15, 40, tzinfo=UTC)
NAME = "the-webhook-key-secret"


def version(number: int, created: datetime, *stages: str) -> dict[str, Any]:
    made: dict[str, Any] = {"VersionId": f"{number:032}", "CreatedDate": created}
    return made | ({"VersionStages": list(stages)} if stages else {})


@pytest.mark.parametrize(
    ("versions", "put_at"),
    [
        ([version(1, DEPLOYED, "AWSCURRENT")], None),
        ([version(1, DEPLOYED, "AWSPREVIOUS"), version(2, PUT, "AWSCURRENT")], PUT),
        ([version(1, DEPLOYED), version(2, PUT, "AWSCURRENT"), version(3, PUT)], None),
        ([], None),
    ],
)
@pytest.mark.promise("alarms")
def test_a_secret_was_put_when_its_present_version_follows_another(
    versions: list[dict[str, Any]], put_at: datetime | None
) -> None:
    with mock_aws():
        client = Aws().client("secretsmanager")
    with Stubber(client) as stubber:
        stubber.add_response("list_secret_version_ids", {"Versions": versions}, {"SecretId": NAME})
        assert SecretHistory(client, NAME).put_at() == put_at
        stubber.assert_no_pending_responses()


def test_secrets_manager_that_is_out_tells_nothing() -> None:
    with mock_aws():
        client = Aws().client("secretsmanager")
    with Stubber(client) as stubber:
        stubber.add_client_error("list_secret_version_ids", "InternalServiceError")
        with pytest.raises(UnavailableError, match="InternalServiceError"):
            SecretHistory(client, NAME).put_at()
