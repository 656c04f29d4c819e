# SPDX-License-Identifier: Apache-2.0
"""The emulator's features that the project relies on."""
