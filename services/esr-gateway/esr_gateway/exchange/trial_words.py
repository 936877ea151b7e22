"""What a trial says, in words for someone who is not technical: a title and an advice for each step, and its sentences."""

from __future__ import annotations

from collections.abc import Sequence

TITLES = {
    "resolve": "Find the server",
    "connect": "Reach the server",
    "host_key": "Make sure that it is the right server",
    "login": "Sign in",
    "list_out": "Look into the folder of files from ESR",
    "list_in": "Look into the folder of files to ESR",
    "read": "Read a file",
    "write": "Write a file",
    "rename": "Rename it",
    "delete": "Remove it again",
}
"""The steps, in order."""

ADVICE = {
    "resolve": "Compare the server's name, letter by letter, with the letter from ESR. If it is right, ask your network "
    "team whether this machine may look up names outside.",
    "connect": "Ask your network team to open the way from this machine to that server and port, and ask ESR whether they "
    "let your address in.",
    "host_key": "Send no files until this is clear. Ask ESR for the fingerprint of their server by a way that you trust, such "
    "as a telephone number that you knew before. Only if it is the same, put the new key into the settings.",
    "login": "Compare the user name with the letter from ESR, and store the password or key anew. A password that worked "
    "yesterday may have run out: ask ESR.",
    "read": "Ask ESR to let this user read the files in that folder.",
    "rename": "Ask ESR to let this user rename files in that folder: a file is written under a temporary name first, so that "
    "ESR never reads half of one.",
    "delete": "Remove the file that is named ESRLINK_TRIAL by hand, or ask ESR to. Sending works without the right to remove; "
    "clearing away old files does not.",
}
NOT_REACHED = "Not tried, because an earlier step failed."
LOST = (
    "Try it once more. If the connection is lost again and again, ask ESR and your network team to look at it together."
)
HOST_KEY_RIGHT = "The server showed the key that is in the settings."
NO_SFTP = "Ask ESR to switch on SFTP for this user."
SECRET = "Nothing was sent. Mend this in the settings, or ask whoever runs the service to store the secret there."  # noqa: S105
NOT_SSH = "Compare the port with the letter from ESR: something else answers there, or it does not let this machine in."
RENAMED = "A file can be renamed, so ESR never sees half of one."


def found(host: str) -> str:
    """A name has an address."""
    return f"The name {host} belongs to a server."


def not_found(host: str) -> str:
    """A name has none."""
    return f"No server of the name {host} can be found."


def connected(host: str, port: int) -> str:
    """A server answers."""
    return f"{host} answers at port {port}."


def no_answer(host: str, port: int) -> str:
    """Nobody answers."""
    return f"{host} does not answer at port {port}."


def not_ssh(port: int) -> str:
    """Somebody answers and hangs up."""
    return f"Something answers at port {port}, but it ends the conversation before anybody can sign in."


def signed_in(user: str) -> str:
    """The login works."""
    return f"The server let {user} in."


def listed(folder: str, files: int) -> str:
    """A folder can be listed."""
    return f"{folder} can be seen; it holds {files:,} {'file' if files == 1 else 'files'}."


def no_folder(folder: str) -> str:
    """What to do about a folder that cannot be listed."""
    return f"Compare the name of the folder ({folder}) with the letter from ESR, and ask them whether this user may see it."


def nothing_to_read(folder: str) -> str:
    """No file is there."""
    return f"{folder} holds no finished file at the moment, so reading could not be tried."


def read(name: str) -> str:
    """A file can be read."""
    return f"The end of {name} could be read. Nothing was taken in."


def written(folder: str) -> str:
    """A file can be written."""
    return f"A small file could be written into {folder}, under a name that ESR leaves alone."


def cannot_write(folder: str) -> str:
    """What to do when nothing can be written."""
    return f"Ask ESR to let this user write into {folder}: without that, no payroll file can be sent."


def removed(folder: str) -> str:
    """The file is gone again."""
    return f"The small file was removed; nothing of this trial is left in {folder}."


def left_behind(folder: str, names: Sequence[str]) -> str:
    """What may still be there."""
    return f"One of these may be left in {folder}: {', '.join(names)}."
