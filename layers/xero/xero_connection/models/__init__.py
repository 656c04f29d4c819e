# SPDX-License-Identifier: Apache-2.0
"""Xero's documents, field by field in Xero's spelling; what is done with them is in `catalogue`."""
