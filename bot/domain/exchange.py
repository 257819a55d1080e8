"""The file that import takes and export gives: a JSON list of records, plain or compressed."""

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from bot.domain.case import Case
from bot.domain.problems import InvalidRecordError, Problem, error
from bot.domain.records import parse_case

_MIB = 1024 * 1024
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31
_SPACE = re.compile(r"[ \t\n\r]*")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an import may be."""

    file: int
    """Bytes of the file."""
    unpacked: int
    """Bytes after decompression."""
    cases: int


IN_DISCORD = Limits(file=8 * _MIB, unpacked=60 * _MIB, cases=10_000)
IN_TERMINAL = Limits(file=60 * _MIB, unpacked=60 * _MIB, cases=10_000)


class UnreadableFileError(Exception):
    """A file that is no list of records, or too large; nothing in it was looked at.

    Attributes:
        problem: what is wrong with it; its place is empty.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"the file {problem.message}")


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the list."""

    number: int
    """Counts from 1."""
    case: Case | None
    """`None` if it is no valid record."""
    slug: str | None
    """Also of a record that is not valid, if it says one."""
    problems: tuple[Problem, ...]


def read_file(data: bytes, limits: Limits) -> Iterator[Row]:
    """The records of a file, one by one, so that other work can go on in between.

    Raises:
        UnreadableFileError: at once or later; then no row shall be used.
    """
    if len(data) > limits.file:
        raise _too_large(limits.file)
    unpacked = _unpack(data, limits.unpacked) if data.startswith(_GZIP) else data
    if len(unpacked) > limits.unpacked:
        raise _too_large(limits.unpacked)
    try:
        text = unpacked.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFileError(
            error("", "is not UTF-8 text", "save the file as UTF-8")
        ) from None
    for number, entry in enumerate(_entries(text), 1):
        if number > limits.cases:
            message = f"has more than {limits.cases:,} cases"
            raise UnreadableFileError(error("", message, "split it into several files"))
        yield _row(number, entry)


def write_file(cases: Iterable[Case]) -> bytes:
    """Records as a file, in order of slug; equal cases give equal bytes."""
    ordered = sorted(cases, key=lambda case: case.slug)
    entries = [
        json.dumps(case.model_dump(mode="json"), ensure_ascii=False, indent=2) for case in ordered
    ]
    return ("[\n" + ",\n".join(entries) + "\n]\n" if entries else "[]\n").encode()


def _too_large(limit: int) -> UnreadableFileError:
    message = f"is larger than {limit // _MIB} MB"
    return UnreadableFileError(
        error("", message, "compress it with gzip, split it, or use casebook import")
    )


def _unpack(data: bytes, limit: int) -> bytes:
    """Decompress, but never more than the limit: a few kilobytes can unpack to gigabytes."""
    parts: list[bytes] = []
    left = limit + 1
    try:
        while data and left > 0:
            unpacker = zlib.decompressobj(_GZIP_WINDOW)
            part = unpacker.decompress(data, left)
            parts.append(part)
            left -= len(part)
            if not unpacker.eof and left > 0:
                raise _damaged()
            data = unpacker.unused_data
    except zlib.error:
        raise _damaged() from None
    return b"".join(parts)


def _damaged() -> UnreadableFileError:
    return UnreadableFileError(error("", "is a damaged gzip file", "compress it again"))


def _entries(text: str) -> Iterator[str]:
    """The texts of the entries of a JSON list; a single object counts as a list of one."""
    decoder = json.JSONDecoder(parse_int=str, parse_float=str)
    at = _skip(text, 0)
    single = text.startswith("{", at)
    if not single:
        if not text.startswith("[", at):
            message = "does not hold a list of records"
            raise UnreadableFileError(error("", message, "it begins with [ and ends with ]"))
        at = _skip(text, at + 1)
    more = single or not text.startswith("]", at)
    while more:
        end = _entry_end(decoder, text, at)
        yield text[at:end]
        at = _skip(text, end)
        more = not single and text.startswith(",", at)
        at = _skip(text, at + 1) if more else at
    if not single:
        if not text.startswith("]", at):
            raise _broken(text, at)
        at = _skip(text, at + 1)
    if at != len(text):
        raise _broken(text, at)


def _entry_end(decoder: json.JSONDecoder, text: str, at: int) -> int:
    try:
        return decoder.raw_decode(text, at)[1]
    except RecursionError:
        raise UnreadableFileError(error("", "is nested too deeply", "remove the nesting")) from None
    except ValueError as failure:
        raise _broken(text, getattr(failure, "pos", at)) from None


def _broken(text: str, at: int) -> UnreadableFileError:
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    message = f"is not valid JSON at line {line}, column {column}"
    return UnreadableFileError(error("", message, "mend the file at that place"))


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _row(number: int, entry: str) -> Row:
    try:
        case = parse_case(entry.encode("utf-8", "surrogatepass"))
    except InvalidRecordError as failure:
        return Row(number, None, _slug_in(entry), tuple(failure.problems))
    return Row(number, case, case.slug, ())


def _slug_in(entry: str) -> str | None:
    try:
        value: Any = json.loads(entry)
    except (ValueError, RecursionError):
        return None
    slug = cast("dict[str, Any]", value).get("slug") if isinstance(value, dict) else None
    return slug if isinstance(slug, str) else None
