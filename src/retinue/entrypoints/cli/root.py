"""The tree of commands, and what is true of all of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from retinue import __version__
from retinue.capabilities.access.cli import app as access
from retinue.capabilities.accounts.cli import app as accounts
from retinue.capabilities.alerts.cli import app as alerts
from retinue.capabilities.alerts.cli import channels as alert_channels
from retinue.capabilities.audit.cli import app as audit
from retinue.capabilities.content.cli import app as content
from retinue.capabilities.inbox.cli import app as inbox
from retinue.capabilities.ledger.cli import app as attempts
from retinue.capabilities.monitors.cli import app as monitors
from retinue.capabilities.plans.cli import app as plan
from retinue.capabilities.safety.cli import app as do_not_contact
from retinue.capabilities.sessions.cli import app as session
from retinue.capabilities.tasks.cli import batches, queue, tasks
from retinue.capabilities.warmup.cli import app as warmup
from retinue.entrypoints.cli import installation
from retinue.entrypoints.cli.agent import agent
from retinue.entrypoints.cli.config import app as config
from retinue.entrypoints.cli.db import app as db
from retinue.entrypoints.cli.demo import demo
from retinue.entrypoints.cli.doctor import doctor
from retinue.entrypoints.cli.keys import app as keys
from retinue.entrypoints.cli.scaled import api, beat, worker
from retinue.entrypoints.cli.up import up
from retinue.foundation.cli import CommandContext, Exit, say
from retinue.workflows.account_import.cli import import_file
from retinue.workflows.alerting.cli import try_channel
from retinue.workflows.attending.cli import resolve
from retinue.workflows.batch_files.cli import create as create_batch
from retinue.workflows.connecting.cli import app as networks
from retinue.workflows.disclosing.cli import export_secrets, reveal
from retinue.workflows.metrics.cli import metrics, sources
from retinue.workflows.proxy_watch.cli import app as proxies
from retinue.workflows.upkeep.cli import recover, refresh_cookies, rotate
from retinue.workflows.validation.cli import validate

app = typer.Typer(
    name="retinue",
    help="Retinue, the crew behind every account.",
    epilog="Start with `retinue up --demo`, then look at the printed address. "
    "Every command takes `--help`; most take `--json`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"retinue {__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    data_dir: Annotated[
        Path | None,
        typer.Option(help="Where the data lives.", envvar="RETINUE_DATA_DIR", show_default="data"),
    ] = None,
    version: Annotated[  # noqa: ARG001 - handled by its callback
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    context.obj = CommandContext(open=lambda: installation.opened(data_dir), data_dir=data_dir)


app.command()(up)
app.command()(agent)
app.command()(api)
app.command()(worker)
app.command()(beat)
app.command()(demo)
app.command()(doctor)
app.command()(metrics)
app.command()(sources)
accounts.command("import")(import_file)
accounts.command()(validate)
accounts.command()(recover)
accounts.command()(rotate)
accounts.command()(refresh_cookies)
accounts.command()(reveal)
accounts.command("export-secrets")(export_secrets)
app.add_typer(accounts, name="accounts")
app.add_typer(proxies, name="proxies")
app.add_typer(session, name="session")
app.add_typer(plan, name="plan")
app.add_typer(do_not_contact, name="do-not-contact")
app.add_typer(attempts, name="attempts")
tasks.callback()(installation.knows_tasks)
app.add_typer(tasks, name="tasks")
batches.callback()(installation.knows_tasks)
batches.command("create")(create_batch)
app.add_typer(batches, name="batches")
app.command()(queue)
app.add_typer(monitors, name="monitors")
app.add_typer(networks, name="networks")
app.add_typer(content, name="content")
app.add_typer(warmup, name="warmup")
inbox.command()(resolve)
app.add_typer(inbox, name="inbox")
alert_channels.command("test")(try_channel)
app.add_typer(alerts, name="alerts")
app.add_typer(access, name="access")
app.add_typer(audit, name="audit")
app.add_typer(config, name="config")
app.add_typer(keys, name="keys")
app.add_typer(db, name="db")


def main() -> None:
    """Run a command; a refusal becomes one sentence on stderr and a stable exit code."""
    try:
        app()
    except KeyboardInterrupt:
        say("Interrupted.")
        sys.exit(Exit.failed)
    except Exception as error:
        code = installation.explain(error)
        if code is None:
            raise
        sys.exit(code)
