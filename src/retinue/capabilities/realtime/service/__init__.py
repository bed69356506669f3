"""The verbs of the live stream; callers use them from here."""

from retinue.capabilities.realtime.service.conversation import serve
from retinue.capabilities.realtime.service.hub import Hub
from retinue.capabilities.realtime.service.line import Line, Wire

__all__ = ["Hub", "Line", "Wire", "serve"]
