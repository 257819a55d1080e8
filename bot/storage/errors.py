"""What can be wrong with a database, said to its owner."""

from sqlalchemy.exc import DBAPIError

_MENDS = (
    (
        ("not a database", "malformed", "disk image"),
        "it is damaged: restore a backup, or move the file away to start afresh",
    ),
    (("STRICT", "syntax"), "SQLite 3.37 or newer is needed: use a newer Python"),
    (("locked", "busy"), "another program holds it: stop that one, or wait and try again"),
    (("disk is full", "No space"), "its disk is full: make room and try again"),
    (("readonly", "read-only"), "make the file and its folder writable for this user"),
    (("password", "authentication", "role"), "correct the name and password in DATABASE_URL"),
    (("does not exist",), "make that database first, or correct its name in DATABASE_URL"),
    (
        ("refused", "Connect call failed", "No such file", "name resolution", "not known"),
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
    cause = failure.orig if isinstance(failure, DBAPIError) and failure.orig else failure
    reason = " ".join(str(cause).split()) or type(cause).__name__
    mend = next((m for words, m in _MENDS if any(w in reason for w in words)), _OTHERWISE)
    return f"The database {place} cannot be used ({reason}): {mend}."
