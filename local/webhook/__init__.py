# SPDX-License-Identifier: Apache-2.0
"""What `webhook` does: the key put and changed, and what arrives seen as it arrives."""
