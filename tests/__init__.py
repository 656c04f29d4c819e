# SPDX-License-Identifier: Apache-2.0
"""What proves the project."""
