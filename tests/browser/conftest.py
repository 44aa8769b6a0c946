"""One Chromium for a test module, behind a proxy that lets nothing out; one course for a test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .running import BROWSERS, QUIET, Lab
from .watch import BrowserWatch, PythonWatch


@pytest.fixture(scope="module")
def browser() -> Iterator[tuple[Any, BrowserWatch]]:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    proxy = BrowserWatch()
    with sync_playwright() as driver:
        through = f"--proxy-server={proxy.address}"  # this machine's own addresses are asked directly
        running = driver.chromium.launch(executable_path=found, args=[*QUIET, through])
        yield running, proxy
        running.close()
    proxy.shutdown()
    proxy.server_close()


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    running = Lab(tmp_path / "work", PythonWatch(tmp_path / "watch"))
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.terminate()
            running.process.wait(timeout=300)
