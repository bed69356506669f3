from __future__ import annotations

import subprocess
import sys

from retinue.entrypoints.memory import _unwritten_spans

# As the kernel prints them, without the lines that nobody asks for.
SMAPS = """\
55d0a000-55d0b000 r--p 00000000 08:01 1001                 /usr/bin/python3.11
Rss:                   4 kB
Anonymous:             0 kB
7f100000-7f103000 r-xp 00001000 08:01 1002                 /usr/lib/libone.so
Anonymous:             0 kB
7f103000-7f104000 r--p 00004000 08:01 1002                 /usr/lib/libone.so
Anonymous:             4 kB
7f104000-7f105000 rw-p 00005000 08:01 1002                 /usr/lib/libone.so
Anonymous:             0 kB
7f200000-7f201000 r--p 00000000 00:00 0                    [vvar]
Anonymous:             0 kB
7f300000-7f301000 r-xp 00000000 00:00 0                    [vdso]
Anonymous:             0 kB
"""

AT_WORK = """
import retinue.entrypoints.session_process
import ctypes, hashlib, sqlite3, ssl
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pathlib import Path
from pydantic import TypeAdapter
from retinue.entrypoints import memory

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1])

def work():
    sealed = AESGCM(bytes(32)).encrypt(bytes(12), b"text", None)
    row = sqlite3.connect(":memory:").execute("SELECT sum(value) FROM (SELECT 1 AS value UNION SELECT 2)").fetchone()
    read = TypeAdapter(list[int]).validate_json("[1, 2]")
    return sealed, row, read, hashlib.sha256(sealed).hexdigest(), ssl.create_default_context().verify_mode

before = work()
used = resident()
memory.settle()
assert resident() < used, (resident(), used)
assert work() == before
import decimal, xml.dom.minidom
assert xml.dom.minidom.parseString("<a/>").documentElement.tagName == "a"
"""


def test_only_what_nobody_has_written_into_is_given_back() -> None:
    assert list(_unwritten_spans(SMAPS)) == [(0x55D0A000, 0x55D0B000), (0x7F100000, 0x7F103000)]


def test_a_process_works_on_with_less() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", AT_WORK], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
