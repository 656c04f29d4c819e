# SPDX-License-Identifier: Apache-2.0
"""What `deadletters` does: letters looked at where they are, and put back."""
