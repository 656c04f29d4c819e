# SPDX-License-Identifier: Apache-2.0
"""Long trials of a stack under faults and load, which count what must not happen."""
