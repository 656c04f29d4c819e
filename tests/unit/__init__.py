# SPDX-License-Identifier: Apache-2.0
"""The layer, module by module."""
