"""Which browser there is, and how it is started for a test."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

# First the one without a window: the same engine for two thirds of the computing.
CANDIDATES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# No sandbox, since tests run as root in containers; the rest keeps it from calling home.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> str | None:
    """The Chromium of this machine; RETINUE_CHROMIUM names another one."""
    named = os.environ.get("RETINUE_CHROMIUM")
    return named or next((path for name in CANDIDATES if (path := shutil.which(name))), None)


def needed_chromium() -> Path:
    """The Chromium of this machine; without one the test is skipped, and in CI it fails."""
    path = chromium()
    if path is None:
        message = "there is no Chromium here; run scripts/install_test_servers or name one by RETINUE_CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return Path(path)
