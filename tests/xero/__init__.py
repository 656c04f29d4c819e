# SPDX-License-Identifier: Apache-2.0
"""What the simulated Xero does, held against what Xero does."""
