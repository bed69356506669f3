"""Options that several commands share, and commands with many of them."""

import inspect
import sys
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar, get_type_hints

import typer

Options = TypeVar("Options")

DATA_DIR = Path("sandgram-data")
URL = "http://127.0.0.1:8900"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What every command that asks a running server takes."""

    server: Annotated[
        str, typer.Option("--server", envvar="SANDGRAM_URL", help="A running server.")
    ] = URL
    data_dir: Annotated[Path, typer.Option("--data-dir", help="Where its control.token is.")] = (
        DATA_DIR
    )
    as_json: Annotated[bool, typer.Option("--json", help="One JSON value on stdout.")] = False


def grouped(shape: type[Options]) -> Callable[[Callable[[Options], None]], Callable[..., None]]:
    """Let a command take one dataclass; typer sees each field as an option or argument."""

    def wrap(run: Callable[[Options], None]) -> Callable[..., None]:
        def command(**values: Any) -> None:
            run(shape(**values))

        hints = get_type_hints(shape, include_extras=True)
        command.__name__ = run.__name__
        command.__doc__ = run.__doc__
        command.__annotations__ = dict(hints)
        command.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [
                inspect.Parameter(
                    one.name,
                    inspect.Parameter.KEYWORD_ONLY,
                    default=inspect.Parameter.empty if one.default is MISSING else one.default,
                    annotation=hints[one.name],
                )
                for one in fields(shape)  # type: ignore[arg-type]
            ]
        )
        return command

    return wrap


def stop(message: str, *, code: int = 2) -> NoReturn:
    print(f"sandgram: {message}", file=sys.stderr)
    raise typer.Exit(code)
