"""What can be set at run time, and within which ranges."""

from retinue.capabilities.settings.schemas.limits import (
    OTHER,
    Action,
    ActionLimit,
    RampPoint,
    RampSettings,
)
from retinue.capabilities.settings.schemas.monitors import MonitorSettings
from retinue.capabilities.settings.schemas.runtime import (
    ConfigRead,
    Installation,
    RuntimeSettings,
    SettingsVersionRead,
)
from retinue.capabilities.settings.schemas.upkeep import (
    EvidenceSettings,
    MailServerSettings,
    MailSettings,
    ProxySettings,
    RecoverySettings,
    UpkeepSettings,
)
from retinue.capabilities.settings.schemas.warmup import WarmupSettings

__all__ = [
    "OTHER",
    "Action",
    "ActionLimit",
    "ConfigRead",
    "EvidenceSettings",
    "Installation",
    "MailServerSettings",
    "MailSettings",
    "MonitorSettings",
    "ProxySettings",
    "RampPoint",
    "RampSettings",
    "RecoverySettings",
    "RuntimeSettings",
    "SettingsVersionRead",
    "UpkeepSettings",
    "WarmupSettings",
]
