# SPDX-License-Identifier: Apache-2.0
"""`xero-connection`: what a person does with a stack from a terminal, one module a command."""
