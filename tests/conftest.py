# SPDX-License-Identifier: Apache-2.0
"""What every test starts with: the variables Lambda would set, and no account of anybody's."""

import os

from hypothesis import settings

os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_SESSION_TOKEN="testing",
    AWS_DEFAULT_REGION="ap-southeast-2",
    AWS_EC2_METADATA_DISABLED="true",
    POWERTOOLS_SERVICE_NAME="test",
    POWERTOOLS_METRICS_NAMESPACE="test",
)
os.environ.pop("AWS_PROFILE", None)

# A busy machine is no failure, and a change is judged by the same examples each time.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")
