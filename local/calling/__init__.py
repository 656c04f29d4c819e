# SPDX-License-Identifier: Apache-2.0
"""What `call` and `operations` do: an operation found, its input read, its answer laid out."""
