"""`retinue proxies`: the ways out, and who goes out where."""

from retinue.workflows.proxy_watch.cli import changes
from retinue.workflows.proxy_watch.cli.proxies import app

__all__ = ["app", "changes"]
