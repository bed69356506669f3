"""The command `retinue`. Nothing heavy is imported until a command runs, so that help is instant."""

from retinue.entrypoints.cli.root import main

__all__ = ["main"]
