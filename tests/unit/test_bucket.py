# SPDX-License-Identifier: Apache-2.0
"""The bucket of files: what is asked of S3, and what its failures mean."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from moto import mock_aws
from xero_connection.aws import Aws
from xero_connection.bucket import Bucket, bucket_named
from xero_connection.errors import InputError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "the-files"
NOW = datetime(2026, 11, 22, 1, 15, 39, tzinfo=UTC)


class Failing:
    """S3 that answers with an error."""

    def __init__(self, error: Exception) -> None:
        """Take the error."""
        self._error = error

    def get_object(self, **_: Any) -> Any:
        """Fail."""
        raise self._error

    put_object = get_object


def failing(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "a page of a person"}}, "GetObject")


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = Aws().client("s3")
        where = {"LocationConstraint": client.meta.region_name}
        client.create_bucket(Bucket=NAME, CreateBucketConfiguration=where)
        yield client


def test_what_is_put_can_be_got_until_it_expires(s3: Any) -> None:
    bucket = Bucket(lambda: s3, NAME, days=7, now=lambda: NOW)

    expires_at = bucket.put("a/ä b.pdf", b"one", content_type="application/pdf")

    assert expires_at == "2026-11-30T00:00:00Z"
    assert bucket.get("a/ä b.pdf", most=3) == b"one"
    assert s3.head_object(Bucket=NAME, Key="a/ä b.pdf")["ContentType"] == "application/pdf"


def test_an_object_that_is_too_large_is_not_read(s3: Any) -> None:
    bucket = Bucket(lambda: s3, NAME)
    bucket.put("k", b"four", content_type="text/plain")

    with pytest.raises(InputError, match=r"input\.s3\.key"):
        bucket.get("k", most=3)


@pytest.mark.parametrize("code", ["NoSuchKey", "AccessDenied"])
def test_an_object_that_is_not_there_is_the_callers_mistake(code: str) -> None:
    with pytest.raises(InputError, match="no such object"):
        Bucket(lambda: Failing(failing(code)), NAME).get("k", most=1)


@pytest.mark.parametrize("error", [failing("SlowDown"), ReadTimeoutError(endpoint_url="s3")])
@pytest.mark.promise("error-tree")
def test_any_other_failure_is_an_outage_and_repeats_nothing_of_the_answer(error: Exception) -> None:
    bucket = Bucket(lambda: Failing(error), NAME)

    with pytest.raises(UnavailableError) as getting:
        bucket.get("k", most=1)
    with pytest.raises(UnavailableError) as putting:
        bucket.put("k", b"1", content_type="text/plain")

    assert "person" not in str(getting.value) + str(putting.value)


def test_a_refused_put_is_an_outage() -> None:
    with pytest.raises(UnavailableError):
        Bucket(lambda: Failing(failing("AccessDenied")), NAME).put("k", b"1", content_type="a/b")


def test_a_client_is_made_when_it_is_first_needed_and_without_a_name_never() -> None:
    made: list[Any] = []

    def connect() -> Any:
        made.append(Failing(failing("SlowDown")))
        return made[0]

    assert bucket_named(connect, "") is None
    bucket = bucket_named(connect, NAME, days=1)
    assert bucket is not None
    assert made == []
    for _ in range(2):
        with pytest.raises(UnavailableError):
            bucket.get("k", most=1)
    assert len(made) == 1
