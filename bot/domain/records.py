"""Records as bytes: reading, the one stable written form, and what is kept in memory."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from bot.domain.case import Case
from bot.domain.problems import InvalidRecordError, error, problems_of

PUBLIC = 0
"""The scope of the public catalogue; a guild's id is the scope of that server's own cases."""

_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Record:
    """A stored case: where it belongs, which revision it is, and its text.

    The case is kept as compact JSON, a fifth of the size of the parsed models, and parsed when
    somebody asks for it (50 µs).
    """

    id: str
    """Opaque and permanent: what choices, buttons and links inside Discord carry."""
    scope: int
    """`PUBLIC`, or the id of the guild that keeps the case for itself."""
    revision: int
    """Counts the changes of this case from 1."""
    document: bytes

    def case(self) -> Case:
        """The parsed record."""
        return Case.model_validate_json(self.document)


def public_id(slug: str) -> str:
    """The id of a shipped case.

    It is derived from the slug, so that buttons under old answers still work when an
    installation starts over with an empty database.
    """
    digest = hashlib.blake2b(f"public:{slug}".encode(), digest_size=_ID_BYTES).digest()
    return _as_id(digest)


def new_id() -> str:
    """A fresh id for a case that somebody adds."""
    return _as_id(secrets.token_bytes(_ID_BYTES))


def _as_id(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()


def parse_case(data: bytes) -> Case:
    """Read one record from the bytes of a file or an upload.

    Raises:
        InvalidRecordError: with every problem found; a file that is not JSON has one.
    """
    try:
        text = data.decode("utf-8-sig")
        json.loads(text, object_pairs_hook=_refuse_repeated_keys)
    except UnicodeDecodeError:
        raise InvalidRecordError(
            [error("", "is not UTF-8 text", "save the file as UTF-8")]
        ) from None
    except RecursionError:
        raise InvalidRecordError(
            [error("", "is nested too deeply", "remove the nesting")]
        ) from None
    except ValueError as failure:
        message = f"is not valid JSON: {failure}"
        raise InvalidRecordError([error("", message, "mend the file at that place")]) from None
    try:
        return Case.model_validate_json(text)
    except ValidationError as failure:
        raise InvalidRecordError(problems_of(failure)) from None


def _refuse_repeated_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))
        raise ValueError(f"the field {twice!r} stands twice in one object")
    return found


def to_document(case: Case) -> bytes:
    """The compact JSON that is stored; equal cases give equal bytes."""
    return case.model_dump_json().encode()


def to_file(case: Case) -> str:
    """The stable form of `data/cases/*.json`, in which a small edit is a small diff.

    Fields in the order of the models, two spaces of indentation, Unicode as is, one newline at
    the end.
    """
    return json.dumps(case.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"
