# SPDX-License-Identifier: Apache-2.0
"""The catalogue as a whole."""
