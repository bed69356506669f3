from __future__ import annotations

from retinue.foundation.errors import Conflict


class SettingsChanged(Conflict):
    """Somebody else has changed the settings meanwhile; read them again and repeat the change."""

    code = "settings_changed"
