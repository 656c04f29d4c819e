# SPDX-License-Identifier: Apache-2.0
"""The stack on this machine: an embedded AWS, the real template, a simulated Xero beside it."""
