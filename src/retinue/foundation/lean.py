"""
What a child process does without: of sessions many run at once, and an import waits for its own to start.
Import it before anything else of ours.
"""

from __future__ import annotations

import sys

from pydantic import BaseModel

# structlog takes `rich` along for its colours and `greenlet` for programs with many of them; a
# child writes JSON lines, from threads.
for _absent in ("rich", "greenlet"):
    sys.modules.setdefault(_absent, None)  # type: ignore[arg-type] # the documented way to say that there is none

# Most models are those of the API; here each is built when it is first used, which is never for most.
BaseModel.model_config["defer_build"] = True
