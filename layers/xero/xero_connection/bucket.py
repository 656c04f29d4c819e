# SPDX-License-Identifier: Apache-2.0
"""The stack's bucket of files: gets an object, puts one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from xero_connection.aws import reason_of
from xero_connection.documents import iso
from xero_connection.errors import InputError, UnavailableError
from xero_connection.files import too_large

if TYPE_CHECKING:
    from collections.abc import Callable

# Who may not list a bucket is told of a missing object that access is denied.
_NOT_THERE: Final = {"NoSuchKey", "AccessDenied", "404", "403"}


class Bucket:
    """A bucket whose objects are deleted some days after they were put."""

    def __init__(
        self,
        connect: Callable[[], Any],
        name: str,
        *,
        days: int = 0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Name the bucket.

        Args:
            connect: returns a client of S3, which takes long to make and few invocations need.
            name: the bucket's.
            days: after which S3 deletes an object.
            now: the time.
        """
        self.name = name
        self._connect = connect
        self._days = days
        self._now = now

    @cached_property
    def _client(self) -> Any:
        return self._connect()

    def get(self, key: str, *, most: int) -> bytes:
        """Return what an object holds.

        Raises:
            InputError: there is no such object, or it has more bytes than `most`.
            UnavailableError: S3 does not answer.
        """
        try:
            found = self._client.get_object(Bucket=self.name, Key=key)
            if found["ContentLength"] > most:
                found["Body"].close()
                raise _refused(too_large(found["ContentLength"]))
            content: bytes = found["Body"].read()
        except ClientError as error:
            if reason_of(error) in _NOT_THERE:
                raise _refused("The bucket has no such object; it may have expired") from None
            raise _unavailable(error) from None
        except BotoCoreError as error:
            raise _unavailable(error) from None
        return content

    def put(self, key: str, content: bytes, *, content_type: str) -> str:
        """Put an object and return when it expires, ISO 8601.

        Raises:
            UnavailableError: S3 did not take it.
        """
        try:
            self._client.put_object(
                Bucket=self.name, Key=key, Body=content, ContentType=content_type
            )
        except (ClientError, BotoCoreError) as error:
            raise _unavailable(error) from None
        # S3 counts whole days, to the midnight in UTC that follows:
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
        last = self._now().astimezone(UTC) + timedelta(days=self._days + 1)
        return iso(last.replace(hour=0, minute=0, second=0, microsecond=0))


def bucket_named(connect: Callable[[], Any], name: str, *, days: int = 0) -> Bucket | None:
    """Return the bucket of a name, None where it is empty: the stack keeps no files."""
    return Bucket(connect, name, days=days) if name else None


def _refused(why: str) -> InputError:
    return InputError.at("input.s3.key", why)


def _unavailable(error: ClientError | BotoCoreError) -> UnavailableError:
    return UnavailableError(f"The bucket of files does not answer: {reason_of(error)}.")
