"""`retinue proxies`: listed, stored, tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from retinue.foundation.cli import ACTOR, CommandContext, Exit, ask_secret, emit_json, say, typed

if TYPE_CHECKING:
    from retinue.capabilities.proxies.schemas import ProxyRead

app = typer.Typer(help="The ways out, and who goes out where.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Number = Annotated[int, typer.Argument(metavar="PROXY", help="Its number.", min=1)]


@app.command("list")
def list_proxies(
    context: typer.Context,
    pool: Annotated[str | None, typer.Option(help="Only of this pool.")] = None,
    state: Annotated[
        str | None, typer.Option(help="Only unchecked, up, failing or down ones.")
    ] = None,
    search: Annotated[str | None, typer.Option(help="Part of name, host or provider.")] = None,
    as_json: Json = False,
) -> None:
    """
    List the proxies with what their last check has shown.

    Example: retinue proxies list --state down
    """
    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.proxies import service as proxies
    from retinue.capabilities.proxies.schemas import ProxyQuery

    wanted = typed(ProxyQuery, pool=pool, state=state, search=search).filter()
    commands: CommandContext = context.obj
    found: list[ProxyRead] = []
    with commands.open() as runtime, runtime.database.reading() as db:
        after, now = None, runtime.clock.now()
        while True:
            rows, _ = proxies.page(db, wanted, now=now, after=after, limit=1000)
            bound = accounts.counts_by_proxy(db, [row.id for row in rows]) if rows else {}
            found += [proxies.shown(row, accounts=bound.get(row.id, 0), now=now) for row in rows]
            if len(rows) < 1000:
                break
            after = rows[-1].id
    if as_json:
        emit_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        print(_line(one))
    say(f"{len(found)} proxies")


@app.command()
def add(
    *,
    context: typer.Context,
    address: Annotated[
        str, typer.Argument(help="As in http://proxy.example:8080 or socks5://proxy.example:1080.")
    ],
    username: Annotated[str | None, typer.Option(help="Its password is asked for.")] = None,
    password_fd: Annotated[
        int | None, typer.Option(help="Read the password from this file descriptor.", min=0)
    ] = None,
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    provider: Annotated[str | None, typer.Option(help="Whose it is.")] = None,
    pool: Annotated[
        str | None, typer.Option(help="Ports that may stand in for each other.")
    ] = None,
    label: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
    max_accounts: Annotated[
        int | None, typer.Option(help="How many accounts it is good for.")
    ] = None,
    as_json: Json = False,
) -> None:
    """
    Store a proxy. Its password is never an argument.

    Example: retinue proxies add socks5://proxy.example:1080 --username me --pool berlin
    """
    from retinue.capabilities.proxies import service as proxies
    from retinue.capabilities.proxies.schemas import ProxyCreate

    scheme, host, port = _parts(address)
    has_password = username is not None or password_fd is not None
    wanted = typed(
        ProxyCreate,
        scheme=scheme,
        host=host,
        port=port,
        username=username,
        password=ask_secret("Password", fd=password_fd) if has_password else None,
        name=name,
        provider=provider,
        pool=pool,
        labels=label or [],
        max_accounts=max_accounts,
    )
    commands: CommandContext = context.obj
    with commands.open() as runtime, runtime.database.writing() as db:
        now = runtime.clock.now()
        made = proxies.add(db, runtime.sealer, wanted, actor=ACTOR, now=now)
        shown = proxies.shown(made, accounts=0, now=now)
    _print(shown, as_json=as_json)


@app.command()
def check(context: typer.Context, proxy: Number, as_json: Json = False) -> None:
    """
    Go out through a proxy once; exit 1 where it does not let us out.

    Example: retinue proxies check 3
    """
    from retinue.workflows.connecting import service as connecting
    from retinue.workflows.validation import service as validation

    commands: CommandContext = context.obj
    with commands.open() as runtime:
        found = validation.check_proxy(runtime, connecting.opener(runtime), proxy)
    _print(found, as_json=as_json)
    if not found.ok:
        raise typer.Exit(Exit.failed)


def _parts(address: str) -> tuple[str, str, str]:
    """
    Raises:
        Invalid: it is not the address of a proxy, or user name and password stand in it.
    """
    from urllib.parse import urlsplit

    from retinue.foundation.errors import Invalid

    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        port = parts.port
    except ValueError as error:
        raise Invalid.field(
            "address", "is not a proxy's address; write scheme://host:port"
        ) from error
    if parts.username or parts.password:
        raise Invalid.field("address", "say who by --username; the password is asked for")
    if not parts.hostname or port is None or parts.path not in {"", "/"}:
        raise Invalid.field("address", "write it as scheme://host:port")
    return parts.scheme, parts.hostname, str(port)


def _print(proxy: ProxyRead, *, as_json: bool) -> None:
    if as_json:
        emit_json(proxy.model_dump(mode="json"))
    else:
        print(_line(proxy))


def _line(proxy: ProxyRead) -> str:
    host = f"[{proxy.host}]" if ":" in proxy.host else proxy.host
    state = f"{proxy.state.value}{' (flapping)' if proxy.is_flapping else ''}"
    room = (
        f"{proxy.accounts}"
        if proxy.max_accounts is None
        else f"{proxy.accounts}/{proxy.max_accounts}"
    )
    cells = (
        f"{proxy.id:>6}",
        f"{proxy.scheme}://{host}:{proxy.port}",
        state,
        f"{room} accounts",
        proxy.pool or "-",
        proxy.name or "",
        proxy.message or "never checked",
    )
    return "  ".join(cell for cell in cells if cell)
