"""The ledger's statements are prepared as those of others are."""

from retinue.foundation.database.prepared import Prepared

__all__ = ["Prepared"]
