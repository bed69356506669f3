"""
The command `sandgram`.

Data goes to stdout, talk to stderr. What talks to a running server reads the
control token from its file or the environment, never from an argument. Exit
codes: 0 done, 1 failed, 2 wrong usage.
"""

import typer

from sandgram.cli import accounts, asking, exporting, numbers, serving, ways_out

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Sandgram, the fictional network.",
)
app.command("serve")(serving.serve)
app.command("world")(asking.world)
app.command("oracle")(asking.oracle)
app.command("clock")(numbers.clock)
app.command("metrics")(numbers.metrics)
app.command("calls")(numbers.calls)
app.command("subjects")(numbers.subjects)
app.command("tikhub")(numbers.tikhub)
app.command("challenges")(accounts.challenges)

accounts_app = typer.Typer(no_args_is_help=True, help="Accounts that can log in.")
accounts_app.command("export")(exporting.export)
accounts_app.command("trouble")(accounts.trouble)
accounts_app.command("backup-codes")(accounts.backup_codes)
accounts_app.command("end-cookies")(accounts.end_cookies)
accounts_app.command("log-ins")(accounts.log_ins)
accounts_app.command("mails")(accounts.mails)
accounts_app.command("mail")(accounts.mail)
app.add_typer(accounts_app, name="accounts")

faults_app = typer.Typer(no_args_is_help=True, help="What goes wrong on a running server.")
faults_app.command("set")(asking.set_fault)
faults_app.command("list")(asking.list_faults)
faults_app.command("clear")(asking.clear_faults)
faults_app.command("play")(asking.play_scenario)
app.add_typer(faults_app, name="faults")

proxies_app = typer.Typer(no_args_is_help=True, help="Ways out of a running server.")
proxies_app.command("list")(ways_out.list_proxies)
proxies_app.command("add")(ways_out.add_proxy)
proxies_app.command("trouble")(ways_out.trouble_proxy)
proxies_app.command("remove")(ways_out.remove_proxy)
app.add_typer(proxies_app, name="proxies")


def main() -> None:
    app()
