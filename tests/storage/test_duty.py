"""One process at a time, and none whose term is over: with two real databases on one server."""

import asyncio

import pytest
import sqlalchemy as sa

from bot.storage import Database, StorageError, counters, meta
from bot.storage.duty import DutyLostError, SoleDuty

NUMBER, NAME = 77, "testing"


only = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
"""SQLite serves one process."""


@pytest.fixture
async def two(database_url):
    opened = [await Database.open(database_url) for _ in range(2)]
    yield opened
    for each in opened:
        await each.close()


async def _lose(database):
    """End every other session, as a restart of the server does."""
    ended = (
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    async with database.read() as tx:
        await tx.execute(sa.text(ended))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_one_process_has_every_duty_on_sqlite(database):
    duty = SoleDuty(database, NUMBER, NAME)
    assert await duty.take()
    async with database.write() as tx:
        await duty.guard(tx)
    await duty.let_go()
    assert duty.held


@only
async def test_the_second_gets_it_when_the_first_lets_go(two):
    first, second = (SoleDuty(database, NUMBER, NAME) for database in two)
    assert await first.take()
    assert await first.take()
    assert first.term == 1
    assert not await second.take()
    assert (first.held, second.held) == (True, False)
    await first.let_go()
    async with asyncio.timeout(5):
        while not await second.take():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert second.term == 2
    await second.let_go()


@only
async def test_a_term_that_is_over_stores_nothing(two):
    first, second = (SoleDuty(database, NUMBER, NAME) for database in two)
    assert await first.take()
    await _lose(two[1])
    assert await second.take()
    assert first.held  # it does not know yet

    async def write():
        async with two[0].write() as tx:
            await meta.put(tx, "a", "1")
            await first.guard(tx)

    with pytest.raises(DutyLostError):
        await write()
    async with two[1].write() as tx:
        await second.guard(tx)
        assert await meta.get(tx, "a") is None
    assert not await first.take()
    assert not first.held
    await second.let_go()


@only
async def test_a_new_term_begins_after_the_last_commit_of_the_old_one(two):
    first, second = (SoleDuty(database, NUMBER, NAME) for database in two)
    assert await first.take()
    await _lose(two[1])
    async with two[0].write() as tx:
        await first.guard(tx)
        taking = asyncio.create_task(second.take())
        done, _ = await asyncio.wait({taking}, timeout=0.3)
        assert not done
        await meta.put(tx, "a", "1")
    assert await taking
    async with two[1].read() as tx:
        assert await meta.get(tx, "a") == "1"
    await second.let_go()


@only
async def test_who_lost_its_session_takes_the_duty_again(two):
    duty = SoleDuty(two[0], NUMBER, NAME)
    assert await duty.take()
    await _lose(two[1])
    assert await duty.take()
    assert duty.term == 2
    await duty.let_go()


@only
async def test_turns_are_taken_one_after_the_other(two):
    inside = most = 0

    async def work(database):
        nonlocal inside, most
        async with database.in_turn(NUMBER):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1

    await asyncio.gather(*(work(database) for database in two * 2))
    assert most == 1


async def test_numbers_grow_one_by_one(database):
    async with database.write() as tx:
        assert await counters.hold(tx, NAME) == 0
        assert [await counters.advance(tx, NAME) for _ in range(3)] == [1, 2, 3]
        assert await counters.hold(tx, NAME) == 3
    async with database.read() as tx:
        assert await counters.values(tx) == {counters.CATALOGUE: 0, NAME: 3}


@only
async def test_a_pool_whose_connections_were_cut_recovers(two):
    async with two[0].read() as tx:
        await meta.get(tx, "a")
    await _lose(two[1])
    for _ in range(3):  # the first may meet a connection that is just being cut
        try:
            async with two[0].write() as tx:
                await meta.put(tx, "a", "1")
            break
        except StorageError:
            continue
    async with two[0].read() as tx:
        assert await meta.get(tx, "a") == "1"
