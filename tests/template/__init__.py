# SPDX-License-Identifier: Apache-2.0
"""The template and what `sam build` makes of it."""
