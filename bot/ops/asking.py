"""Asking a running bot on the same machine how it is."""

import http.client
import json

from bot.domain.health import Check

_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what to ask instead
_PATIENCE = 5.0


class NoAnswerError(Exception):
    """Nothing sensible answers; the message says why."""


def ask(host: str, port: int, *, live: bool) -> tuple[Check, ...]:
    """Ask a running bot on this machine how it is.

    Args:
        host: what it listens at.
        port: where.
        live: only whether it is alive.

    Raises:
        NoAnswerError: if nothing sensible answers.
    """
    connection = http.client.HTTPConnection(_ANYWHERE.get(host, host), port, timeout=_PATIENCE)
    try:
        connection.request("GET", "/healthz" if live else "/readyz")
        answer = json.loads(connection.getresponse().read())
        return tuple(Check(each["name"], each["fine"], each["says"]) for each in answer["checks"])
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError) as failure:
        raise NoAnswerError(str(failure) or type(failure).__name__) from failure
    finally:
        connection.close()
