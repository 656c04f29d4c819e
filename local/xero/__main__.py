# SPDX-License-Identifier: Apache-2.0
"""Runs a simulated Xero as a process of its own: `python -m local.xero --port 8090`."""

from __future__ import annotations

import argparse
import signal
import threading
from pathlib import Path

from local.xero.config import SimulatorConfig
from local.xero.server import XeroServer
from local.xero.simulator import XeroSimulator


def main() -> None:
    """Serve until SIGTERM or SIGINT; print one line when ready."""
    parser = argparse.ArgumentParser(prog="python -m local.xero", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--config", type=Path, help="JSON file with the app's settings")
    options = parser.parse_args()
    config = SimulatorConfig.load(options.config) if options.config else SimulatorConfig()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with XeroServer(XeroSimulator(config), options.port) as server:
        print(f"ready {server.url}", flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
