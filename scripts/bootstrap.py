"""Makes .venv from the hashed lock: `bootstrap core` to run Retinue, `bootstrap dev` to work on it.

Standard library only, since nothing is installed yet. A stamp of everything
that decides the result makes the second call instant.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST_PIP = (22, 3)
NODE_IS_MISSING = 3


class CannotBootstrap(Exception):
    """Its message is the one line that the user sees."""


def main(arguments: list[str]) -> int:
    profile = arguments[0] if arguments else "core"
    if profile not in {"core", "dev"}:
        print("usage: scripts/bootstrap [core|dev]", file=sys.stderr)
        return 2
    try:
        with one_at_a_time():
            bootstrap(profile)
    except CannotBootstrap as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two make commands at once would otherwise install into each other's half-made .venv."""
    cache = ROOT / ".cache"
    cache.mkdir(exist_ok=True)
    with (cache / "bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def bootstrap(profile: str) -> None:
    prepare(profile)
    prepare_dashboard(profile)


def prepare(profile: str) -> None:
    stamps = {name: VENV / f".{name}.stamp" for name in ("core", "dev")}
    # What dev installs contains what core needs, so either stamp satisfies core.
    enough = (profile, "dev")
    if any(is_current(stamps[name], name) for name in enough) and PYTHON.exists():
        return

    say(f"Preparing .venv from requirements/{profile}.lock (once, and after a change of the lock)")
    stamps[profile].unlink(missing_ok=True)
    if not works(PYTHON):
        shutil.rmtree(VENV, ignore_errors=True)
        make_venv()
    install(profile)
    link_project()
    stamps[profile].write_text(fingerprint(profile), encoding="utf-8")


def prepare_dashboard(profile: str) -> None:
    """
    Built here and not by an installer, which a checkout does without. Without a dashboard everything
    else works, and its page says how to get it: a failure is told, and no more.
    """
    script = ROOT / "scripts" / "dashboard.py"
    if not (ROOT / "dashboard" / "package.json").is_file():
        return
    command = [str(PYTHON), str(script), "prepare", profile]
    status = subprocess.run(command, check=False, cwd=ROOT).returncode
    if status == NODE_IS_MISSING:
        say("There is no node here: taking one from the Python index, into .venv")
        try:
            install("node")
        except CannotBootstrap as problem:
            say(str(problem))
        status = subprocess.run(command, check=False, cwd=ROOT).returncode
    if status != 0:
        say("Going on without a new dashboard.")


def is_current(stamp: Path, profile: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint(profile)


def fingerprint(profile: str) -> str:
    digest = hashlib.sha256()
    for path in (lock_of(profile), ROOT / "pyproject.toml", Path(__file__)):
        digest.update(path.read_bytes())
    # A checkout that was moved needs its scripts and its .pth written again.
    digest.update(str(ROOT).encode())
    digest.update(os.path.realpath(PYTHON).encode())
    return digest.hexdigest()


def lock_of(profile: str) -> Path:
    return ROOT / "requirements" / f"{profile}.lock"


def works(python: Path) -> bool:
    """An interpreter that was upgraded or removed leaves a .venv of dead links behind."""
    check = "import sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return (
            subprocess.run([python, "-c", check], check=False, capture_output=True).returncode == 0
        )
    except OSError:
        return False


def make_venv() -> None:
    if has_module("ensurepip") and has_module("venv"):
        if succeeds([sys.executable, "-m", "venv", str(VENV)]):
            return
        # Debian without python3-venv gets as far as the interpreter, and then fails on pip.
        shutil.rmtree(VENV, ignore_errors=True)
    if succeeds([sys.executable, "-m", "venv", "--without-pip", str(VENV)]) and pip_command():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if has_module("virtualenv") and succeeds([sys.executable, "-m", "virtualenv", str(VENV)]):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    message = (
        f"This Python {version} can neither make a virtual environment nor install into one: "
        f"install the package python{version}-venv (sudo apt-get install python{version}-venv), "
        "or make pip or virtualenv importable, and call make again."
    )
    raise CannotBootstrap(message)


def has_module(name: str) -> bool:
    return succeeds([sys.executable, "-c", f"import {name}"])


def succeeds(command: list[str]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def pip_command() -> list[str] | None:
    """The first pip that can install into .venv, be it inside or beside it."""
    if succeeds([str(PYTHON), "-m", "pip", "--version"]):
        return [str(PYTHON), "-m", "pip"]
    if succeeds([sys.executable, "-c", f"import pip; {newer_pip_check()}"]):
        return [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    # Debian keeps the wheel that ensurepip would have used; a wheel of pip runs as it lies there.
    for wheel in sorted(Path("/usr/share/python-wheels").glob("pip-*.whl"), reverse=True):
        command = [str(PYTHON), f"{wheel}/pip"]
        if succeeds([*command, "--version"]):
            return command
    return None


def newer_pip_check() -> str:
    return (
        "import sys; version = tuple(int(part) for part in pip.__version__.split('.')[:2]); "
        f"sys.exit(version < {OLDEST_PIP!r})"
    )


def install(profile: str) -> None:
    command = pip_command()
    if command is None:
        message = "The .venv has no pip: remove the directory .venv and call make again."
        raise CannotBootstrap(message)
    options = ["--quiet", "--no-deps", "--require-hashes", "--disable-pip-version-check"]
    # The lock is complete, so pip need not resolve anything: --no-deps keeps it from trying.
    # What pip has to say about its own configuration matters only when it fails.
    result = subprocess.run(
        [*command, "install", *options, "-r", str(lock_of(profile))],
        check=False,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if result.returncode != 0:
        say("\n".join(result.stdout.splitlines()[-15:]))
        message = (
            f"pip could not install requirements/{profile}.lock; its own words stand above. "
            "Where the network is at fault, calling make again goes on from what was fetched."
        )
        raise CannotBootstrap(message)


def link_project() -> None:
    """
    Make the checkout importable and its commands callable.

    A path file and a launcher are all that an editable install would write;
    doing it here needs neither a build backend nor the network.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    site = site_packages()
    (site / "retinue-checkout.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")
    write_metadata(site, project)
    for name, target in project["scripts"].items():
        write_launcher(VENV / "bin" / name, target)


def site_packages() -> Path:
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    answer = subprocess.run([PYTHON, "-c", ask], check=True, capture_output=True, text=True)
    return Path(answer.stdout.strip())


def write_metadata(site: Path, project: dict[str, str]) -> None:
    """`importlib.metadata.version("retinue")` answers in a checkout as it does after a wheel."""
    for old in site.glob("retinue-*.dist-info"):
        shutil.rmtree(old)
    info = site / f"retinue-{project['version']}.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    (info / "INSTALLER").write_text("scripts/bootstrap\n", encoding="utf-8")
    (info / "RECORD").write_text(
        f"retinue-checkout.pth,,\n{info.name}/METADATA,,\n{info.name}/INSTALLER,,\n"
        f"{info.name}/RECORD,,\n",
        encoding="utf-8",
    )


def write_launcher(path: Path, target: str) -> None:
    module, function = target.split(":")
    # A shebang may neither hold a space nor be long, so the shell finds the interpreter beside it.
    path.write_text(
        "#!/bin/sh\n"
        '\'\'\'exec\' "$(dirname -- "$(readlink -f -- "$0")")/python" "$0" "$@"\n'
        "'''\n"
        "import sys\n\n"
        f"from {module} import {function}\n\n"
        f"sys.exit({function}())\n",
        encoding="utf-8",
    )
    path.chmod(0o755)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
