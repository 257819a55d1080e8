"""A task may be cancelled anywhere; the next one finds the database as it has to be."""

import asyncio
import types
from itertools import count

import pytest
import sqlalchemy as sa

from bot.storage import meta


@types.coroutine
def _cancelled_at(step, coroutine):
    """Run a coroutine and cancel it where it waits for the n-th time; whether it came so far."""
    for number in count(1):
        try:
            waits_for = coroutine.send(None)
        except StopIteration:
            return False
        if number == step:
            break
        yield waits_for
    if waits_for is not None:
        waits_for._asyncio_future_blocking = False
        waits_for.cancel()
        yield  # as a task does: who else waits for the same hears of it first
    failure = asyncio.CancelledError()
    while True:
        try:
            waits_for = coroutine.throw(failure) if failure else coroutine.send(None)
        except asyncio.CancelledError:
            return True
        except StopIteration:
            pytest.fail(f"cancelled at step {step}, and it went on")
        failure = None
        yield waits_for


async def test_a_writer_may_be_cancelled_wherever_it_waits(database):
    async def write(value):
        async with database.write() as tx:
            await meta.put(tx, "a", value)
            await meta.put(tx, "b", value)

    for step in count(1):
        was_cancelled = await _cancelled_at(step, write(str(step)))
        async with asyncio.timeout(5), database.write() as tx:
            assert await meta.get(tx, "a") == await meta.get(tx, "b")
            await meta.put(tx, "a", "between")
            await meta.put(tx, "b", "between")
        async with database.read() as tx:
            assert await meta.get(tx, "a") == "between"
        if not was_cancelled:
            break
    assert step > 5


async def test_a_reader_may_be_cancelled_wherever_it_waits(database):
    async def read():
        async with database.read() as tx:
            await meta.get(tx, "a")
            await tx.execute(sa.text("SELECT 1"))

    for step in count(1):
        was_cancelled = await _cancelled_at(step, read())
        async with asyncio.timeout(5), database.read() as tx:
            assert await meta.get(tx, "a") is None
        if not was_cancelled:
            break
    assert step > 3
