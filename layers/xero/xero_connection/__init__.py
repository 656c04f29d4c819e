# SPDX-License-Identifier: Apache-2.0
"""What the functions of the Xero connection share; importing it does nothing else."""
