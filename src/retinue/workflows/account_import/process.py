"""
A large import in a process of its own.

Sixty thousand rows are seconds of pure computing, and a server that computes does
not answer. What the process needs comes down its standard input, secrets among it;
that pipe is its life line too: it ends when its parent has gone, and the next
server goes on where it stood.
"""

from __future__ import annotations

if __name__ == "__main__":
    from retinue.foundation import lean  # noqa: F401 - it comes before what it keeps small

import gc
import json
import logging
import os
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, cast

from retinue.foundation import logging as our_logging
from retinue.foundation.clock import at_pace_of
from retinue.foundation.clock_file import clock_of
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import Database
from retinue.foundation.errors import Unavailable
from retinue.foundation.leases.service import LeaseHeld
from retinue.foundation.randomness import new_id, system_random
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer
from retinue.workflows.account_import import service

logger = logging.getLogger(__name__)

_STDIN = 0
_HELD = 75
_ORPHANED = 76
_INHERITED = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ")


class ImportInterrupted(Unavailable):
    """The process of an import ended before its work did. The import goes on when it is called again."""

    code = "import_interrupted"


class ImportHeld(Unavailable):
    """Another process is at this import."""

    code = "import_held"


@dataclass(frozen=True, slots=True, repr=False)
class Brief:
    """What the parent sends. Secrets among it, so it has no repr."""

    import_id: str
    database_url: str
    data_dir: str
    key_id: str
    keys: dict[str, str]
    log_level: str


def run(runtime: Runtime, import_id: str) -> None:
    """
    Bring an import to its end in a child process, and wait for it.

    Raises:
        ImportHeld: another process is at it.
        ImportInterrupted: the child ended early; its log says why.
    """
    brief = Brief(
        import_id=import_id,
        database_url=runtime.database.url.render_as_string(hide_password=False),
        data_dir=str(runtime.configuration.data_dir),
        key_id=runtime.sealer.key_id,
        keys=runtime.sealer.export_keys(),
        log_level=runtime.configuration.log_level,
    )
    with subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _INHERITED if name in os.environ}
        | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        # Ctrl-C reaches the whole terminal; the parent is the one that ends this.
        start_new_session=True,
    ) as child:
        pipe = cast("BinaryIO", child.stdin)
        try:
            pipe.write(json.dumps(asdict(brief)).encode() + b"\n")
            pipe.flush()
        except BrokenPipeError:
            logger.warning("the process of import %s did not start", import_id)
        code = child.wait()
    if code == _HELD:
        raise ImportHeld(f"Import {import_id} is in other hands.")
    if code != 0:
        raise ImportInterrupted(
            f"The process of import {import_id} ended early (exit code {code})."
        )


def main() -> int:
    brief = Brief(**json.loads(sys.stdin.buffer.readline()))
    # The rest of the configuration is the parent's business.
    configuration = Configuration.model_construct(
        data_dir=Path(brief.data_dir), log_level=brief.log_level, log_format="json"
    )
    our_logging.configure(configuration)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # What is there now stays to the end; looking through it for garbage would be in vain.
    gc.freeze()
    clock = clock_of(configuration.data_dir)
    runtime = Runtime(
        configuration=configuration,
        database=Database(brief.database_url, lock_path=configuration.write_lock_path, clock=clock),
        clock=clock,
        rng=system_random(),
        sealer=Sealer.handed_over(brief.keys, current=brief.key_id),
        incarnation=new_id(),
    )
    try:
        with at_pace_of(clock):
            service.run(runtime, brief.import_id)
    except LeaseHeld:
        return _HELD
    return 0


def _end_with_parent() -> None:
    # Not through `sys.stdin`: its lock, held by a waiting thread, aborts the interpreter's end.
    while os.read(_STDIN, 1):
        pass
    os._exit(_ORPHANED)


if __name__ == "__main__":
    sys.exit(main())
