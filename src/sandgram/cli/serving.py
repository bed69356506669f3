"""`sandgram serve`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from sandgram.cli.options import DATA_DIR, grouped, stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 picks a free port.")] = 8900
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1"
    seed: Annotated[int, typer.Option(help="The same seed is the same world.")] = 7
    people: Annotated[int, typer.Option(min=20, max=1_000_000)] = 2000
    data_dir: Annotated[Path, typer.Option(help="What accounts did is kept here.")] = DATA_DIR
    control_token_file: Annotated[
        Path | None, typer.Option(help="Instead of control.token in the data directory.")
    ] = None
    exit_with_stdin: Annotated[
        bool, typer.Option("--exit-with-stdin", help="End when standard input closes.")
    ] = False
    scenario: Annotated[
        str | None, typer.Option(help="Faults to start with: a shipped name or a YAML file.")
    ] = None
    proxies: Annotated[
        int, typer.Option(min=0, max=100, help="Ways out with a password, each with its own port.")
    ] = 0
    imap_port: Annotated[
        int,
        typer.Option(
            min=0, max=65_535, help="Of the accounts' mailboxes, on 127.0.0.1; 0 picks a free port."
        ),
    ] = 0
    speed: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1_000_000,
            envvar="SANDGRAM_CLOCK_FACTOR",
            help="How fast the world's clock runs: 600 makes ten minutes pass in a second.",
        ),
    ] = None
    clock_file: Annotated[
        Path | None,
        typer.Option(
            help="Keep step with another program: its clock as JSON (wall, world, factor)."
        ),
    ] = None


@grouped(Serving)
def serve(given: Serving) -> None:
    """
    Run the network until Ctrl-C.

    When it is ready it prints one JSON line: its URL, the file of the control token and the address
    of the mail server.

    Example: sandgram serve --port 8900 --seed 7 --people 2000 --data-dir ./sandgram-data
    """
    from sandgram import server
    from sandgram.faults.scenarios import BadScenario
    from sandgram.world.world import WorldMismatch

    options = server.Options(
        host=given.host,
        port=given.port,
        seed=given.seed,
        people=given.people,
        data_dir=given.data_dir,
        control_token_file=given.control_token_file,
        exits_with_stdin=given.exit_with_stdin,
        scenario=given.scenario,
        proxies=given.proxies,
        speed=given.speed,
        clock_file=given.clock_file,
        imap_port=given.imap_port,
    )
    try:
        server.serve(options)
    except WorldMismatch as error:
        stop(f"--data-dir: {error}")
    except BadScenario as error:
        stop(f"--scenario: {error}")
    except server.CannotListen as error:
        stop(str(error))
    except ValueError as error:
        stop(f"--clock-file: {error}")
    except OSError as error:
        stop(f"--data-dir: {error}")
