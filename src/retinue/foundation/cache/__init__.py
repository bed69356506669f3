"""Answers that may be forgotten at any time: in the process, or in a Redis that all processes share."""

from retinue.foundation.cache.memory import MemoryCache
from retinue.foundation.cache.protocol import Cache, Make

__all__ = ["Cache", "Make", "MemoryCache"]
