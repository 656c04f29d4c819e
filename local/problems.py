# SPDX-License-Identifier: Apache-2.0
"""What a command cannot go on with."""


class Problem(Exception):  # noqa: N818, it is the reader's, not the program's
    """Something a person can change; the message says what."""
