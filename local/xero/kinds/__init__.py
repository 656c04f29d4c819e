# SPDX-License-Identifier: Apache-2.0
"""The kinds of records that an organisation holds, as tables without behaviour.

Rules: https://developer.xero.com/documentation/api/accounting/. What a record may be written
with is in `rules`.
"""
