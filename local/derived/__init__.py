# SPDX-License-Identifier: Apache-2.0
"""What derives from the catalogue, as text and data; `local.generate` writes it."""
