"""Work in a thread whose result is large."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_Arguments = ParamSpec("_Arguments")
_ResultT = TypeVar("_ResultT")


async def in_thread(
    work: Callable[_Arguments, _ResultT], *args: _Arguments.args, **kwargs: _Arguments.kwargs
) -> _ResultT:
    """`asyncio.to_thread`, but the result lives no longer than its last user.

    There the result stays in a pair of futures that refer to one another, until the garbage
    collector comes by; and where an index is built meanwhile (`bot.search.build`), which freezes
    whatever there is, it would stay for good.

    Raises:
        Exception: whatever the work raises.
    """
    results: list[_ResultT] = []

    def put() -> None:
        results.append(work(*args, **kwargs))

    await asyncio.to_thread(put)
    return results.pop()
