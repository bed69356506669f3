"""Retinue, the crew behind every account."""

__version__ = "0.1.0"
