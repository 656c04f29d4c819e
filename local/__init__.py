# SPDX-License-Identifier: Apache-2.0
"""What runs the connection on a person's own machine; none of it is deployed."""
