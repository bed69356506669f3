"""Commands about the accounts of a running server: their state, how they get in, their mails."""

import json
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from sandgram.cli.asking import control
from sandgram.cli.options import Asking, grouped

STATES = "ok, challenge, email_code, locked or suspended"
Login = Annotated[str, typer.Argument(help="The account's login.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubling(Asking):
    login: Login
    state: Annotated[str, typer.Argument(help=f"{STATES}.")]


@grouped(Troubling)
def trouble(given: Troubling) -> None:
    """
    Put an account into trouble, or out of it.

    Example: sandgram accounts trouble quecreate challenge
    """
    found = control("PATCH", given, f"/accounts/{given.login}", body={"status": given.state})
    print(json.dumps(found) if given.as_json else f"{found['login']}: {found['status']}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddingCodes(Asking):
    login: Login
    count: Annotated[int, typer.Option(min=1, max=20)] = 8


@grouped(AddingCodes)
def backup_codes(given: AddingCodes) -> None:
    """Give an account backup codes, each good for one log-in. It asks for a second factor then."""
    path = f"/accounts/{given.login}/backup-codes"
    found = control("POST", given, path, body={"count": given.count})["items"]
    print(json.dumps(found) if given.as_json else "\n".join(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingForLogin(Asking):
    login: Login


@grouped(AskingForLogin)
def end_cookies(given: AskingForLogin) -> None:
    """End every pair of cookies of an account, the one in exported files too."""
    found = control("DELETE", given, f"/accounts/{given.login}/cookies")
    print(json.dumps(found) if given.as_json else f"{given.login}: {found['ended']} ended")


@grouped(AskingForLogin)
def log_ins(given: AskingForLogin) -> None:
    """Show who tried to log in to an account, from where and how it ended."""
    items = control("GET", given, f"/accounts/{given.login}/logins")["items"]
    if given.as_json:
        print(json.dumps(items))
        return
    for item in items:
        print(f"{item['at']} {item['surface']:7} {item['source']:15} {item['outcome']}")


@grouped(AskingForLogin)
def mails(given: AskingForLogin) -> None:
    """Show what has arrived in an account's mailbox."""
    items = control("GET", given, f"/accounts/{given.login}/mails")["items"]
    if given.as_json:
        print(json.dumps(items))
        return
    for item in items:
        print(f"{item['uid']:>4} {item['due']} {item['sender']:44} {item['subject']}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingMail(Asking):
    login: Login
    sender: Annotated[str, typer.Option("--from")] = "Sandgram News <news@letters.sandgram.test>"
    subject: str = "This week on Sandgram"
    text: str = "123456 people were here this week."
    forged: Annotated[
        bool, typer.Option("--forged", help="The receiving host says that it is not genuine.")
    ] = False


@grouped(SendingMail)
def mail(given: SendingMail) -> None:
    """
    Leave a mail in an account's mailbox: a newsletter, or somebody who claims to be the network.

    Example: sandgram accounts mail quecreate --from "Help <help@fraud.test>" --subject "999999"
    """
    body = {
        "sender": given.sender,
        "subject": given.subject,
        "text": f"{given.text}\n",
        "is_authentic": not given.forged,
    }
    found = control("POST", given, f"/accounts/{given.login}/mails", body=body)
    print(json.dumps(found) if given.as_json else "sent" if found["sent"] else "lost on its way")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingForChallenges(Asking):
    login: Annotated[str | None, typer.Option(help="Those of one account.")] = None
    every: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False


@grouped(AskingForChallenges)
def challenges(given: AskingForChallenges) -> None:
    """
    Show the puzzles that wait for a person, with their solutions.

    Open the link in any browser and choose the pictures that are named.
    """
    params = {} if given.login is None else {"login": given.login}
    found = control("GET", given, "/challenges", params=params)["items"]
    items = [one for one in found if given.every or one["is_open"]]
    if given.as_json:
        print(json.dumps(items))
        return
    for item in items:
        print(_line(given.server, item))


def _line(server: str, item: dict[str, Any]) -> str:
    solution = ", ".join(str(tile) for tile in item["solution"])
    state = "open" if item["is_open"] else "passed" if item["passed_at"] else "run out"
    return f"{item['login']:28} {state:8} {server}{item['path']}  {item['wanted']}: {solution}"
