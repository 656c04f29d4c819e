# SPDX-License-Identifier: Apache-2.0
"""S3: large objects whole, names of any script, and roles that have some objects alone."""

import secrets

import pytest
from botocore.exceptions import ClientError

from local.machine.aws import Account

from .conftest import MakeRole
from .test_permissions import _as_role

pytestmark = pytest.mark.promise("emulator")

LARGE = bytes(range(256)) * 40_000


@pytest.fixture
def bucket(account: Account) -> str:
    name = f"bucket-{secrets.token_hex(4)}"
    account.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": account.region}
    )
    return name


@pytest.mark.parametrize("key", ["a.pdf", "from-xero/1/Lieferschein für Ærø 7% + 1.pdf"])
def test_an_object_comes_back_as_it_was_put(account: Account, bucket: str, key: str) -> None:
    s3 = account.client("s3")

    s3.put_object(Bucket=bucket, Key=key, Body=LARGE, ContentType="application/pdf")

    found = s3.get_object(Bucket=bucket, Key=key)
    assert (found["ContentLength"], found["ContentType"]) == (len(LARGE), "application/pdf")
    assert found["Body"].read() == LARGE
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]


def test_a_role_for_some_objects_has_those_alone(
    account: Account, make_role: MakeRole, bucket: str
) -> None:
    statement = {
        "Effect": "Allow",
        "Action": ["s3:PutObject", "s3:GetObject"],
        "Resource": f"arn:aws:s3:::{bucket}/from-xero/*",
    }
    role = _as_role(account, make_role(statement)).client("s3")
    account.client("s3").put_object(Bucket=bucket, Key="a", Body=b"1")

    role.put_object(Bucket=bucket, Key="from-xero/a", Body=b"1")
    assert role.get_object(Bucket=bucket, Key="from-xero/a")["Body"].read() == b"1"
    with pytest.raises(ClientError, match="AccessDenied"):
        role.put_object(Bucket=bucket, Key="a", Body=b"1")
    with pytest.raises(ClientError, match="AccessDenied"):
        role.get_object(Bucket=bucket, Key="a")
    # Who may not list is not told that there is no such object.
    with pytest.raises(ClientError, match=r"NoSuchKey|AccessDenied"):
        role.get_object(Bucket=bucket, Key="from-xero/b")
