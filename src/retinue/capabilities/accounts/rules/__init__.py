"""Decisions about accounts and about the rows of an import: pure, so that each can be read and tested alone."""

from retinue.capabilities.accounts.rules.availability import lease_key, may_engage

__all__ = ["lease_key", "may_engage"]
