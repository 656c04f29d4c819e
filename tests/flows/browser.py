# SPDX-License-Identifier: Apache-2.0
"""A real browser, driven by the WebDriver protocol: https://www.w3.org/TR/webdriver2/."""

import base64
import http.client
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.machine.embedded import free_port

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

_PATIENCE_SECONDS = 60
_PAUSE_SECONDS = 0.05
_ARGUMENTS = (
    "headless", "no-sandbox", "disable-gpu", "no-first-run", "disable-background-networking",
    "disable-component-update", "disable-sync", "disable-dev-shm-usage", "window-size=760,620",
    "force-device-scale-factor=1",
)  # fmt: skip
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key under which the protocol names an element."""


class Browser:
    """One window."""

    def __init__(self, port: int) -> None:
        """Take the port that the driver listens on."""
        self._port = port
        self.session = ""

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send one of the protocol's commands and return its value."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE_SECONDS)
        try:
            content = json.dumps(body if body is not None else {}) if method == "POST" else None
            connection.request(method, f"{self.session}{path}", content)
            value = json.loads(connection.getresponse().read())["value"]
        finally:
            connection.close()
        assert not (isinstance(value, dict) and "error" in value), value
        return value

    def open(self, address: str) -> None:
        """Go to an address and wait for the page."""
        self.ask("POST", "/url", {"url": address})

    def click(self, selector: str) -> None:
        """Click the first element that a CSS selector finds."""
        asked = {"using": "css selector", "value": selector}
        element = self.ask("POST", "/element", asked)[_ELEMENT]
        self.ask("POST", f"/element/{element}/click")

    def run(self, script: str) -> Any:
        """Return what a script returns in the page."""
        return self.ask("POST", "/execute/sync", {"script": f"return {script}", "args": []})

    def wait_for_title(self, title: str) -> None:
        """Wait for a page."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self.ask("GET", "/title") != title:
            assert time.monotonic() < deadline
            time.sleep(_PAUSE_SECONDS)

    def picture(self, path: Path) -> bytes:
        """Save what the window shows as a PNG, and return it."""
        content = base64.b64decode(self.ask("GET", "/screenshot"))
        path.write_bytes(content)
        return content


@contextmanager
def browsing(profile: Path, *, dark: bool = False) -> Iterator[Browser]:
    """Hold a headless Chromium with a profile of its own while the block runs."""
    port = free_port()
    driver = subprocess.Popen([str(DRIVER), f"--port={port}"], stdout=subprocess.DEVNULL)
    browser = Browser(port)
    arguments = [*_ARGUMENTS, f"user-data-dir={profile}"]
    arguments += ["blink-settings=preferredColorScheme=0"] if dark else []
    options = {"binary": CHROMIUM, "args": arguments}
    wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                begun = browser.ask("POST", "/session", wanted)
                break
            except ConnectionRefusedError:
                assert time.monotonic() < deadline
                time.sleep(_PAUSE_SECONDS)
        browser.session = f"/session/{begun['sessionId']}"
        yield browser
        browser.ask("DELETE", "")
    finally:
        driver.terminate()
        driver.wait()
