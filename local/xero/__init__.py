# SPDX-License-Identifier: Apache-2.0
"""A simulated Xero with state, for one machine: identity, accounting, limits, faults, webhooks.

`XeroSimulator` answers requests without I/O; `server` serves it over HTTP, `adapter` mounts it
in a `requests` session. What Xero does is described at https://developer.xero.com/documentation/.
"""

from local.xero.config import Limits, SimulatorConfig
from local.xero.simulator import XeroSimulator

__all__ = ["Limits", "SimulatorConfig", "XeroSimulator"]
