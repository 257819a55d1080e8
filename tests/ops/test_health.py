"""The port that tells how the bot is, asked over loopback."""

import asyncio
import json
import time
from contextlib import asynccontextmanager

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.domain.deliveries import DeliveryState
from bot.domain.health import ChatVitals, Shard
from bot.ops.asking import NoAnswerError, ask
from bot.ops.health import PortError, health_port
from bot.ops.loop_watch import INTERVAL, LoopWatch
from bot.ops.reading import Reading
from bot.ops.watched import Watched
from bot.services.announcements.outbox import Outbox
from bot.services.announcements.sending import Refused
from bot.services.catalogue import Catalogue
from bot.services.lookup import Lookup, outcome_of
from bot.services.lookup_tally import Asked
from bot.storage import StorageError
from tests.announcements.world import follow, news, publish, store, subscribe

CHAT = ChatVitals(ready=True, shards=(Shard(0, True, 0.05),), servers=2, failures=1)


class Refusing:
    """A sender to whom Discord refuses the token."""

    def foresee(self, channel, guild):
        return None

    async def post(self, channel, delivery, announcement, nonce):
        return Refused(401)

    async def open_conversation(self, person):
        return Refused(401)


async def watched_on(database, **changes):
    catalogue = await Catalogue.load(database)
    outbox = Outbox(database, 1000.0)
    lookup = Lookup(catalogue)
    return Watched(Reading(database), catalogue, lookup.tally, outbox, lambda: CHAT, **changes)


@asynccontextmanager
async def listening(watched):
    async with health_port(watched, "127.0.0.1", 0) as port, aiohttp.ClientSession() as session:

        async def get(path):
            async with session.get(f"http://127.0.0.1:{port}{path}") as response:
                return response.status, await response.text()

        get.port = port
        yield get


def wrong(body):
    return {each["name"]: each["says"] for each in json.loads(body)["checks"] if not each["fine"]}


def samples(text):
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_it_says_what_is_wrong_until_it_is_not(database):
    watched = await watched_on(database)
    async with listening(watched) as get:
        status, body = await get("/readyz")
        assert (status, wrong(body)) == (503, {"announcer": "stopped"})
        status, body = await get("/healthz")
        assert (status, wrong(body)) == (200, {})
        told = await asyncio.to_thread(ask, "0.0.0.0", get.port, live=False)
        assert {check.name for check in told if not check.fine} == {"announcer"}
        watched.outbox.start(Refusing())
        assert (await get("/readyz"))[0] == 200
        assert all(
            check.fine for check in await asyncio.to_thread(ask, "127.0.0.1", get.port, live=True)
        )
    await watched.outbox.stop(1.0)
    with pytest.raises(NoAnswerError):
        await asyncio.to_thread(ask, "127.0.0.1", get.port, live=True)


async def test_a_refused_token_is_not_ready_and_the_deliveries_are_counted(database):
    await store(database, news())
    await subscribe(database, [1, 2, 3])
    await follow(database, [9])
    await publish(database, news())
    watched = await watched_on(database, backup_age=lambda: 3600.0)
    watched.outbox.start(Refusing())
    async with listening(watched) as get:
        async with asyncio.timeout(10):
            while not watched.outbox.halted:  # noqa: ASYNC110 - the outbox tells nobody
                await asyncio.sleep(0.01)
        await watched.outbox.stop(5.0)
        status, body = await get("/readyz")
        assert status == 503
        assert "HTTP 401" in wrong(body)["announcer"]
        found = samples((await get("/metrics"))[1])
    lane = ("lane", "channel")
    assert found["casebook_announcer_state", ("state", "halted")] == 1
    assert found["casebook_outbox_depth", lane] == 3
    assert found["casebook_outbox_depth", ("lane", "member")] == 1
    assert found["casebook_invalid_requests_total",] >= 1
    assert found["casebook_invalid_requests_recent",] >= 1
    refused = ("code", "401"), lane, ("state", DeliveryState.WAITING.value)
    assert found["casebook_delivery_attempts_total", *refused] >= 1
    assert found["casebook_deliveries", *refused] >= 1
    assert found["casebook_subscriptions", lane, ("state", "active")] == 3
    assert found["casebook_backup_age_seconds",] == 3600


async def test_lookups_and_the_client_are_counted_and_nothing_private_is_told(database):
    await store(database, news())
    watched = await watched_on(database)
    lookup = Lookup(watched.catalogue)
    for query in ("ling qiao", "ling", "no such case at all"):
        watched.lookups.note(Asked.CASE, outcome_of(lookup.ask(query, 0)), 0.0007)
    async with listening(watched) as get:
        text = (await get("/metrics"))[1]
    found = samples(text)
    outcomes = {key: value for key, value in found.items() if key[0] == "casebook_lookups_total"}
    assert sum(outcomes.values()) == 3
    assert found["casebook_lookups_total", ("asked", "case"), ("outcome", "nothing")] == 1
    asked = ("asked", "case")
    assert found["casebook_lookup_seconds_bucket", asked, ("le", "0.0005")] == 0
    assert found["casebook_lookup_seconds_bucket", asked, ("le", "0.001")] == 3
    assert found["casebook_lookup_seconds_count", asked] == 3
    assert found["casebook_shard_latency_seconds", ("shard", "0")] == 0.05
    assert found["casebook_servers",] == 2
    assert found["casebook_failed_interactions_total",] == 1
    assert found["casebook_index_revision",] == found["casebook_database_revision",] == 1
    assert found["casebook_database_up",] == 1
    assert found["process_start_time_seconds",] > 0
    assert "casebook_backup_age_seconds" not in text
    assert "ling" not in text.casefold()


async def test_a_database_that_is_away_is_named_and_the_other_figures_are_told(database):
    watched = await watched_on(database)

    class Away:
        def read(self):
            raise StorageError("The database cannot be used: start it.")

    watched.reading = Reading(Away())
    async with listening(watched) as get:
        status, body = await get("/readyz")
        assert status == 503
        assert wrong(body)["database"] == "The database cannot be used: start it."
        found = samples((await get("/metrics"))[1])
    assert found["casebook_database_up",] == 0
    assert found["casebook_index_cases",] == 0
    assert not [key for key in found if key[0] == "casebook_outbox_depth"]


async def test_a_database_that_does_not_answer_is_not_waited_for_nor_asked_twice(monkeypatch):
    monkeypatch.setattr("bot.ops.reading._PATIENCE", 0.05)
    asked = []

    class Silent:
        @asynccontextmanager
        async def read(self):
            asked.append(1)
            await asyncio.Event().wait()
            yield

    reading = Reading(Silent())
    await asyncio.gather(*(reading.refresh() for _ in range(5)))
    await reading.refresh()
    assert len(asked) == 1
    assert reading.stored is None
    assert "no answer" in reading.trouble
    await reading.close()


async def test_many_scrapes_read_the_database_once(database):
    now = [100.0]
    reads = []

    class Counting:
        def read(self):
            reads.append(1)
            return database.read()

    reading = Reading(Counting(), lambda: now[0])
    for _ in range(20):
        await reading.refresh()
    assert len(reads) == 1
    now[0] += 6
    await reading.refresh()
    assert len(reads) == 2
    assert reading.stored.revision == 0


async def test_an_index_that_stays_behind_is_told(database):
    now = [100.0]
    watched = await watched_on(database, seconds=lambda: now[0])
    watched.reading = Reading(database, lambda: now[0])
    await store(database, news())  # by another process
    await watched.refresh()
    assert watched.vitals().behind == 0
    now[0] += 20
    await watched.refresh()
    assert watched.vitals().behind == 20
    await watched.catalogue.refresh(database)
    await watched.refresh()
    assert watched.vitals().behind == 0


async def test_a_port_that_is_taken_is_an_error_that_says_so(database):
    watched = await watched_on(database)
    async with listening(watched) as get:
        with pytest.raises(PortError, match="in use"):
            async with health_port(watched, "127.0.0.1", get.port):
                pass


async def test_the_loop_watch_knows_how_late_the_loop_is():
    now = [0.0]
    watch = LoopWatch(lambda: now[0])
    for late in (0.0, 0.3, 2.0):
        now[0] += INTERVAL + late
        await watch.look()
    assert watch.worst == pytest.approx(2.0)
    assert dict(watch.lateness.cumulated())[0.5] == 2
    for _ in range(10):
        now[0] += INTERVAL
        await watch.look()
    assert watch.worst == pytest.approx(0.0)
    now[0] += 30  # it hangs now
    assert watch.worst == pytest.approx(30 - INTERVAL)


async def test_a_stalled_loop_is_seen(database):
    watched = await watched_on(database)
    async with listening(watched) as get:
        await asyncio.sleep(0)
        time.sleep(1.6)  # noqa: ASYNC251 - that is the fault
        status, body = await get("/readyz")
    assert status == 503
    assert "event loop" in wrong(body)
