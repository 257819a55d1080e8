"""What can be wrong with a database, said to its owner."""

from pathlib import Path

from sqlalchemy.exc import DBAPIError

_MENDS = (
    (
        ("not a database", "malformed", "disk image"),
        "it is damaged: restore a backup, or move the file away to start afresh",
    ),
    (("STRICT", "syntax"), "SQLite 3.37 or newer is needed: use a newer Python"),
    (("locked", "busy"), "another program holds it: stop that one, or wait and try again"),
    (("disk is full", "No space"), "its disk is full: make room and try again"),
    (("disk I/O",), "its disk fails, or is full: look into the system's log, then start again"),
    (
        ("readonly", "read-only", "Read-only", "Permission denied"),
        "make the file and its folder writable for this user",
    ),
    (("password", "authentication", "role"), "correct the name and password in DATABASE_URL"),
    (
        (
            "starting up",
            "shutting down",
            "terminating connection",
            "connection is closed",
            "connection was closed",
            "TimeoutError",
        ),
        "wait until the database server is there again; the bot goes on by itself",
    ),
    (("does not exist",), "make that database first, or correct its name in DATABASE_URL"),
    (
        ("refused", "Connect call failed", "[Errno 2]", "name resolution", "not known"),
        "start the database server, or correct its address in DATABASE_URL",
    ),
)
"""What stands in the driver's message → what to do."""

_OTHERWISE = "check that DATA_DIR or DATABASE_URL names a place that can be read and written"


class StorageError(Exception):
    """The database cannot be used; the message is a sentence that says what to do."""


def explain(failure: BaseException, place: str) -> str:
    """One line for a driver's failure.

    Args:
        failure: what the driver or SQLAlchemy raised.
        place: the database's address, without a password.
    """
    reason = _reason(failure)
    return f"The database {place} cannot be used ({reason}): {_mend(reason) or _OTHERWISE}."


def explain_file(failure: BaseException, file: Path) -> str:
    """One line for a file that could not be written.

    Args:
        failure: what the system or SQLite said.
        file: which.
    """
    reason = (isinstance(failure, OSError) and failure.strerror) or _reason(failure)
    mend = _mend(reason) or "choose a folder that is there and can be written"
    return f"The file {file} cannot be written ({reason}): {mend}."


def _reason(failure: BaseException) -> str:
    cause = failure.orig if isinstance(failure, DBAPIError) and failure.orig else failure
    return " ".join(str(cause).split()) or type(cause).__name__


def _mend(reason: str) -> str | None:
    return next((mend for words, mend in _MENDS if any(word in reason for word in words)), None)
