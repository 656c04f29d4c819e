# SPDX-License-Identifier: Apache-2.0
"""The whole stack, end to end."""
