# SPDX-License-Identifier: Apache-2.0
"""`check`: what a stack is made of is gathered in `gathering`, and judged by the other modules."""
