"""What one delivery costs the database does not grow with how many there are."""

import pytest

from bot.domain.announcements import Lane
from bot.domain.deliveries import DeliveryState
from bot.storage import deliveries
from bot.storage.deliveries import Settled
from tests.announcements.world import NOW, news, publish, store, subscribe

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


async def _steps_of_a_delivery(database):
    """How many instructions SQLite's machine takes to claim a delivery and to settle it."""
    steps = 0

    def count():
        nonlocal steps
        steps += 1

    async with database.read() as tx:
        delivery = (await deliveries.due(tx, Lane.CHANNEL, NOW.replace(year=2027), limit=1))[0]
    async with database.write() as tx:
        driver = await tx.run_sync(lambda sync: sync.connection.driver_connection)
        await driver.set_progress_handler(count, 1)
        assert await deliveries.claim(tx, delivery, NOW)
        await deliveries.settle(tx, [Settled(delivery, DeliveryState.SENT, NOW, message=1)])
        await driver.set_progress_handler(None, 0)
    return steps


async def test_a_delivery_takes_as_many_steps_among_many_as_among_few(database):
    await store(database, news())
    await subscribe(database, range(100, 110))
    await publish(database, news())
    among_few = await _steps_of_a_delivery(database)
    await subscribe(database, range(1000, 2000))
    await publish(database, news(revision=2))
    assert await _steps_of_a_delivery(database) < 1.5 * among_few
