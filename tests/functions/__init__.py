# SPDX-License-Identifier: Apache-2.0
"""The functions through their own handlers: moto is AWS, the simulated Xero is Xero."""
