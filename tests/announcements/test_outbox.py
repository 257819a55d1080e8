"""What becomes of each answer that Discord can give, with a clock that the test owns."""

import asyncio
import datetime as dt
import random

import pytest

from bot.domain.announcements import Lane, Target, Wish
from bot.domain.deliveries import DeliveryState, SubscriptionState
from bot.services.announcements.outbox import Outbox
from bot.services.announcements.pacing import backoff
from bot.services.announcements.publishing import Announcements
from bot.services.announcements.sending import BrokenOff, Done, Refused, TextRefused, Unknown
from bot.services.subscriptions import Subscriptions
from bot.storage import deliveries
from bot.storage import subscriptions as wishes
from tests.announcements.discord import OwnClock, Scripted
from tests.announcements.world import (
    NOW,
    follow,
    news,
    publish,
    states,
    store,
    subscribe,
    targets_in,
)

HOUR = 3600.0
FORBIDDEN = Refused(403, 50013)


class Bench:
    """An outbox on a database, and the time."""

    def __init__(self, database, rate=48.0):
        self.database = database
        self.clock = OwnClock()
        self.discord = Scripted()
        self.outbox = Outbox(database, rate, clock=self.clock, dice=random.Random(1))
        self.announcements = Announcements(database, self.outbox.kick)

    async def run(self, seconds=0.0):
        """Deliver what is due now, and what becomes due within so many seconds."""
        end = self.clock.elapsed + seconds
        self.outbox.start(self.discord)
        await self.drained()
        while (timer := self.clock.next_timer()) is not None and timer.at <= end:
            timer.cancelled = True
            self.clock.elapsed = max(self.clock.elapsed, timer.at)
            timer.callback()
            await self.drained()
        self.clock.elapsed = max(self.clock.elapsed, end)

    async def drained(self):
        while (task := self.outbox._task) is not None and not task.done():
            await asyncio.wait({task})

    async def close(self):
        await self.outbox.stop(0.0)

    async def subscription(self, channel):
        async with self.database.read() as tx:
            (found,) = await wishes.of_target(tx, Target(Lane.CHANNEL, channel, 1))
        return found


async def until(condition):
    """Let the others run until something is so."""
    while not condition():  # noqa: ASYNC110 - the other side is real storage, in a thread
        await asyncio.sleep(0.001)


@pytest.fixture
async def bench(database, monkeypatch):
    made = Bench(database)
    monkeypatch.setattr("bot.services.announcements.publishing.utc_now", made.clock.now)
    # There is no other process; days pass faster if the outbox does not look for its rows.
    monkeypatch.setattr("bot.services.announcements.outbox._LOOK_AGAIN", 100 * HOUR)
    await store(database, news())
    yield made
    await made.close()


async def test_every_target_gets_it_once_and_the_message_is_remembered(bench):
    await subscribe(bench.database, range(100, 150))
    await publish(bench.database, news())
    await bench.run(HOUR)
    assert sorted(bench.discord.channels()) == list(range(100, 150))
    assert await states(bench.database) == {"sent": 50}
    async with bench.database.read() as tx:
        done = await deliveries.in_state(tx, DeliveryState.SENT)
    assert all(each.message and each.channel == each.target.id for each in done)
    assert len({nonce for *_, nonce in bench.discord.posted}) == 50
    assert all(len(nonce) <= 25 for *_, nonce in bench.discord.posted)


async def test_a_gone_channel_pauses_its_subscription_and_the_editors_are_told_once(bench):
    await subscribe(bench.database, [100, 101, 102])
    bench.discord.answers = {100: [Refused(404, 10003)], 101: [Refused(404, 10004)]}
    await publish(bench.database, news())
    await bench.run(48 * HOUR)
    assert bench.discord.channels() == [102]
    assert await states(bench.database) == {"sent": 1, "failed": 2}
    assert (await bench.subscription(100)).state is SubscriptionState.BROKEN
    ((guild, person, notice),) = bench.discord.told
    assert (guild, person) == (1, 7)
    assert isinstance(notice, BrokenOff)
    assert {one.target.id: one.code for one in notice.subscriptions} == {100: 10003, 101: 10004}
    assert bench.discord.asked.count(("post", 100)) == 1
    # Later news does not go there any more, and nobody is told again.
    await publish(bench.database, news(revision=2))
    await bench.run(HOUR)
    assert bench.discord.asked.count(("post", 100)) == 1
    assert len(bench.discord.told) == 1


@pytest.mark.parametrize("code", [50001, 50013])
async def test_a_forbidden_channel_is_tried_for_a_day_and_then_paused(bench, code):
    await subscribe(bench.database, [100])
    bench.discord.answers = {100: [Refused(403, code)]}
    await publish(bench.database, news())
    await bench.run(20 * HOUR)
    assert 3 <= bench.discord.asked.count(("post", 100)) + 1 <= 4
    assert (await bench.subscription(100)).state is SubscriptionState.ACTIVE
    assert not bench.discord.told
    await bench.run(20 * HOUR)
    assert (await bench.subscription(100)).state is SubscriptionState.BROKEN
    assert await states(bench.database) == {"failed": 1}
    assert len(bench.discord.told) == 1


async def test_a_forbidden_channel_that_is_mended_gets_it(bench):
    await subscribe(bench.database, [100])
    bench.discord.answers = {100: [FORBIDDEN, FORBIDDEN, Done(5)]}
    await publish(bench.database, news())
    await bench.run(48 * HOUR)
    assert bench.discord.channels() == [100]
    assert not bench.discord.told
    async with bench.database.read() as tx:
        assert await wishes.failing(tx) == set()


async def test_a_refusal_that_is_known_beforehand_asks_nothing(bench):
    await subscribe(bench.database, [100])
    bench.discord.foreseen = {100: Refused(0, 50013)}
    await publish(bench.database, news())
    await bench.run(48 * HOUR)
    assert bench.discord.asked == []
    assert await states(bench.database) == {"failed": 1}
    assert len(bench.discord.told) == 1


@pytest.mark.parametrize("code", [50083, 160005])
async def test_an_archived_thread_is_brought_back(bench, code):
    await subscribe(bench.database, [100, 101])
    bench.discord.answers = {100: [Refused(403, code), Done(9)], 101: [Refused(403, code)]}
    bench.discord.unarchivable = {101}
    await publish(bench.database, news())
    await bench.run(HOUR)
    assert bench.discord.channels() == [100]
    await bench.run(48 * HOUR)  # as a forbidden channel
    assert await states(bench.database) == {"sent": 1, "failed": 1}
    assert len(bench.discord.told) == 1


@pytest.mark.parametrize("code", [50035, 50006, 200000, 240000])
async def test_a_refused_text_stops_the_announcement_and_its_editors_are_told(bench, code):
    await subscribe(bench.database, range(100, 200))
    bench.discord.answers = {100: [Refused(400, code)]}
    told = await publish(bench.database, news())
    await bench.run(48 * HOUR)
    done = await states(bench.database)
    assert done["failed"] == 1
    assert done["stopped"] > 50
    assert (await bench.subscription(100)).state is SubscriptionState.ACTIVE
    ((guild, person, notice),) = bench.discord.told
    assert (guild, person) == (1, 7)
    assert isinstance(notice, TextRefused)
    assert notice.announcement.number == told.announcement.number
    # The next announcement is not concerned.
    bench.discord.answers = {}
    await publish(bench.database, news(revision=2))
    await bench.run(HOUR)
    assert (await states(bench.database))["sent"] == 100 + done.get("sent", 0)


@pytest.mark.parametrize(
    "answer",
    [
        Refused(429, 0, retry_after=3.0),
        Refused(429, 0, retry_after=3.0, everywhere=True),
        Refused(429, 20028, retry_after=3.0),
        Refused(503, 130000),
        Refused(400, 40004),
        Unknown(500),
        Unknown(503),
        Unknown(),
    ],
)
async def test_a_passing_failure_is_tried_again_until_it_arrives(bench, answer):
    await subscribe(bench.database, [100, 101])
    bench.discord.answers = {100: [answer, answer, Done(9)]}
    await publish(bench.database, news())
    await bench.run(2.5)
    assert 101 in bench.discord.channels()
    await bench.run(HOUR)
    assert sorted(bench.discord.channels()) == [100, 101]
    assert not bench.discord.told


async def test_everything_arrives_within_a_minute_after_an_outage(bench):
    channels = [*range(100, 400)]
    await subscribe(bench.database, channels)
    bench.discord.silent = True
    await publish(bench.database, news())
    await bench.run(300.0)
    assert len(bench.discord.asked) < 60
    bench.discord.silent = False
    await bench.run(60.0)
    assert sorted(bench.discord.channels()) == channels


async def test_one_channel_without_an_answer_does_not_hold_up_the_others(bench):
    channels = [*range(100, 400)]
    await subscribe(bench.database, channels)
    bench.discord.answers = {100: [Unknown(500)]}
    await publish(bench.database, news())
    await bench.run(10.0)
    assert sorted(bench.discord.channels()) == channels[1:]


async def test_what_never_works_is_given_up_after_a_day(bench):
    await subscribe(bench.database, [100])
    bench.discord.answers = {100: [Refused(429, 0, retry_after=1800.0)]}
    await publish(bench.database, news())
    await bench.run(23 * HOUR)
    assert await states(bench.database) == {"waiting": 1}
    await bench.run(2 * HOUR)
    assert await states(bench.database) == {"failed": 1}


async def test_a_clock_that_is_set_forward_gives_nothing_up(bench):
    await subscribe(bench.database, [100])
    bench.discord.answers = {100: [Refused(500, 0), Refused(500, 0), Done(77)]}
    await publish(bench.database, news())
    await bench.run()
    bench.clock.wrong = dt.timedelta(days=365)
    await bench.run(HOUR)
    assert await states(bench.database) == {"sent": 1}


async def test_a_clock_that_is_set_back_holds_nothing_up(bench):
    await subscribe(bench.database, [100])
    bench.discord.answers = {100: [Refused(500, 0), Done(77)]}
    bench.clock.wrong = dt.timedelta(days=365)
    await publish(bench.database, news())
    await bench.run()
    bench.clock.wrong = dt.timedelta(0)
    await bench.run(HOUR)
    assert await states(bench.database) == {"sent": 1}


@pytest.mark.parametrize("back", [dt.timedelta(minutes=5), dt.timedelta(days=365)])
async def test_what_was_sent_by_a_wrong_clock_is_not_sent_again_after_a_crash(bench, back):
    await subscribe(bench.database, [100])
    bench.discord.swallowed = {100}
    bench.discord.answers = {100: [Unknown(), Done(77)]}
    bench.clock.wrong = back
    await publish(bench.database, news())
    await bench.run()
    bench.clock.wrong = dt.timedelta(0)
    await bench.run(HOUR)
    assert bench.discord.channels() == [100]
    assert bench.discord.looked_from[100] < NOW
    assert await states(bench.database) == {"sent": 1}


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_doubt_is_settled_by_the_history(bench, arrived):
    await subscribe(bench.database, [100])
    bench.discord.answers = {100: [Unknown(), Done(77)]}
    bench.discord.swallowed = {100} if arrived else set()
    await publish(bench.database, news())
    await bench.run(HOUR)
    assert bench.discord.channels() == [100]
    assert bench.discord.asked.count(("post", 100)) == (1 if arrived else 2)
    assert await states(bench.database) == {"sent": 1}


async def test_a_doubt_after_a_crash_without_history_is_shown_and_not_sent_again(bench):
    await subscribe(bench.database, [100, 101])
    bench.discord.unreadable = {100}
    await publish(bench.database, news())
    async with bench.database.write() as tx:
        for delivery in await deliveries.due(tx, Lane.CHANNEL, NOW, limit=9):
            await deliveries.claim(tx, delivery, NOW)
    await bench.run(HOUR)
    assert bench.discord.channels() == [101]
    assert await targets_in(bench.database, DeliveryState.UNCONFIRMED) == {100}


async def test_a_doubt_of_the_same_process_is_settled_by_the_nonce_without_history(bench):
    await subscribe(bench.database, [100])
    bench.discord.answers = {100: [Unknown(), Done(77)]}
    bench.discord.swallowed = bench.discord.unreadable = {100}
    await publish(bench.database, news())
    await bench.run(HOUR)
    assert bench.discord.channels() == [100]
    assert bench.discord.asked.count(("post", 100)) == 2
    assert await states(bench.database) == {"sent": 1}


async def test_a_message_that_was_deleted_meanwhile_counts_as_sent(bench):
    await subscribe(bench.database, [100])
    bench.discord.answers = {100: [Refused(404, 10008)]}
    await publish(bench.database, news())
    await bench.run(HOUR)
    assert await states(bench.database) == {"sent": 1}
    assert bench.discord.asked == [("post", 100)]


@pytest.mark.parametrize("answer", [Refused(401), Refused(403, 50014), Refused(401, 40001)])
async def test_a_refused_token_stops_everything_loudly(bench, answer, caplog):
    await subscribe(bench.database, range(100, 200))
    bench.discord.answers = {100: [answer]}
    await publish(bench.database, news())
    await bench.run(48 * HOUR)
    assert len(bench.discord.asked) <= 40
    assert bench.outbox.halted
    assert "Discord refuses the bot's token" in caplog.text
    assert (await states(bench.database))["waiting"] >= 60


@pytest.mark.parametrize("answer", [Refused(429, 0, blocked=True), Refused(403, 40333)])
async def test_what_stands_before_discord_stops_everything_for_a_while(bench, answer, caplog):
    await subscribe(bench.database, range(100, 200))
    bench.discord.answers = {each: [answer, Done(9)] for each in range(100, 200)}
    await publish(bench.database, news())
    await bench.run(4.0)
    assert len(bench.discord.asked) <= 40
    assert "nothing is announced for" in caplog.text
    assert 0 < bench.outbox.resting_for() <= 900
    bench.discord.answers = {}
    await bench.run(3 * HOUR)
    assert sorted(bench.discord.channels()) == list(range(100, 200))


async def test_what_met_a_refusal_of_everything_waits_no_longer_than_the_rest(bench):
    await subscribe(bench.database, [100, 101])
    refusal = Refused(429, 0, retry_after=600.0, blocked=True)
    bench.discord.answers = {100: [refusal, Done(9)]}
    await publish(bench.database, news())
    await bench.run(30.0)
    assert sorted(bench.discord.channels()) == [100, 101]


async def test_a_ban_is_not_prolonged_by_asking(bench):
    await subscribe(bench.database, [100])
    bench.discord.answers = {100: [Refused(429, 0, retry_after=3600.0, blocked=True)]}
    await publish(bench.database, news())
    await bench.run(HOUR)
    assert len(bench.discord.asked) <= 10


async def test_at_most_300_invalid_answers_in_ten_minutes(bench):
    await subscribe(bench.database, range(1000, 1400), guild=[*range(400)])
    bench.discord.answers = {each: [FORBIDDEN] for each in range(1000, 1350)}
    await publish(bench.database, news())
    await bench.run(599.0)
    refused = [channel for _, channel in bench.discord.asked if channel < 1350]
    assert 290 <= len(refused) <= 300
    assert bench.outbox.resting_for() > 0
    await bench.run(HOUR)
    assert sorted(bench.discord.channels()) == list(range(1350, 1400))


async def test_the_rate_is_kept_in_every_second(bench):
    moments = []
    post = bench.discord.post

    async def timed(*arguments):
        moments.append(bench.clock.elapsed)
        return await post(*arguments)

    bench.discord.post = timed
    await subscribe(bench.database, range(1000, 1250))
    await publish(bench.database, news())
    await bench.run(HOUR)
    assert len(moments) == 250
    spans = (later - first for first, later in zip(moments, moments[50:], strict=False))
    assert all(span >= 1.0 for span in spans)
    assert moments[-1] - moments[0] <= 250 / 48 * 1.02


async def test_one_slow_channel_delays_no_other(bench):
    await subscribe(bench.database, range(100, 300))
    release = asyncio.Event()
    post = bench.discord.post

    async def slow(channel, *rest):
        if channel == 100:
            await release.wait()
        return await post(channel, *rest)

    bench.discord.post = slow
    await publish(bench.database, news())
    bench.outbox.start(bench.discord)
    await until(lambda: len(bench.discord.posted) >= 199)
    assert 100 not in bench.discord.channels()
    # Something new goes out at once to everybody but the slow one.
    await publish(bench.database, news(revision=2))
    bench.outbox.kick()
    await until(lambda: len(bench.discord.posted) >= 398)
    release.set()
    await bench.drained()
    assert await states(bench.database) == {"sent": 400}


async def test_a_forbidden_and_a_deleted_channel_delay_no_other(bench):
    await subscribe(bench.database, range(100, 300))
    refusals = {100: FORBIDDEN, 110: Refused(404, 10003), 120: Unknown(500), 130: Refused(429)}
    bench.discord.answers = {each: [answer] for each, answer in refusals.items()}
    await publish(bench.database, news())
    await bench.run(200 / 48.0 + 0.1)
    assert set(bench.discord.channels()) == set(range(100, 300)) - {*refusals}


async def test_requests_under_way_are_bounded(bench):
    bench.discord.hold = asyncio.Event()
    await subscribe(bench.database, range(100, 300))
    await publish(bench.database, news())
    bench.outbox.start(bench.discord)
    await until(lambda: bench.discord.under_way >= 32)
    for _ in range(200):
        await asyncio.sleep(0)
    bench.discord.hold.set()
    await bench.drained()
    assert bench.discord.most_under_way == 32


async def test_the_newest_goes_first_and_servers_take_turns(bench):
    big = [*range(1000, 1100)]
    small = [*range(2000, 2010)]
    await subscribe(bench.database, big, guild=1)
    await subscribe(bench.database, small, guild=[*range(2, 12)])
    older = await publish(bench.database, news())
    newer = await publish(bench.database, news(revision=2))
    await bench.run(HOUR)
    numbers = [number for _, number, *_ in bench.discord.posted]
    assert numbers == [newer.announcement.number] * 110 + [older.announcement.number] * 110
    assert set(small) <= set(bench.discord.channels()[:11])


async def test_members_get_it_in_a_lane_of_their_own_one_new_channel_a_second(bench):
    await follow(bench.database, range(500, 520))
    await subscribe(bench.database, range(100, 200))
    await publish(bench.database, news())
    await bench.run(HOUR)
    assert await states(bench.database) == {"sent": 120}
    assert bench.clock.elapsed >= 19
    assert bench.discord.asked.count(("open", 500)) == 1
    await publish(bench.database, news(revision=2))
    await bench.run(HOUR)
    assert bench.discord.asked.count(("open", 500)) == 1
    assert bench.discord.channels().count(501) == 2  # the channel that was opened is used again


async def test_closed_direct_messages_pause_and_are_told_at_the_next_use(bench):
    await follow(bench.database, [500, 501])
    bench.discord.open_answers = {500: [Done(501)]}
    bench.discord.answers = {501: [Refused(403, 50007)]}
    await publish(bench.database, news())
    await bench.run(HOUR)
    people = Subscriptions(bench.database)
    await people.learn_of_closed()
    (broken,) = await people.broken_off(500)
    assert broken.code == 50007
    assert await people.broken_off(500) == []
    assert await people.broken_off(501) == []
    assert not bench.discord.told


async def test_opening_too_fast_holds_the_lane_of_members_alone(bench):
    await follow(bench.database, [500, 600])
    await subscribe(bench.database, range(100, 150))
    bench.discord.open_answers = {500: [Refused(400, 40003), Done(9)]}
    await publish(bench.database, news())
    await bench.run(20.0)
    assert len(bench.discord.posted) == 50
    await bench.run(HOUR)
    assert await states(bench.database) == {"sent": 52}


async def test_a_correction_edits_slowly_and_silently(bench):
    await subscribe(bench.database, range(100, 150))
    told = news()
    number = (await publish(bench.database, told)).announcement.number
    await bench.run(HOUR)
    begun = bench.clock.elapsed
    mended = news(title="Ling v. Qiao (corrected)", revision=2)
    await _correct(bench, mended)
    await bench.run(HOUR)
    assert sorted(bench.discord.edits) == [(each, number, 2) for each in range(100, 150)]
    assert len(bench.discord.posted) == 50
    assert bench.clock.elapsed - begun >= 9
    edits = len(bench.discord.edits)
    await bench.run(HOUR)
    assert len(bench.discord.edits) == edits


async def test_an_edit_that_discord_puts_off_is_made_later(bench):
    await subscribe(bench.database, [100, 101, 102])
    await publish(bench.database, news())
    await bench.run(HOUR)
    bench.discord.edit_answers = {
        100: [Refused(429, 30046), Unknown(500), Done(1)],
        101: [Refused(404, 10008)],
    }
    await _correct(bench, news(title="Other", revision=2))
    await bench.run(2 * HOUR)
    assert sorted(channel for channel, *_ in bench.discord.edits) == [100, 102]
    assert bench.discord.asked.count(("edit", 101)) == 1


async def test_taking_back_stops_what_has_not_gone_and_marks_what_has(bench):
    await subscribe(bench.database, range(1000, 1400))
    told = await publish(bench.database, news())
    bench.outbox.start(bench.discord)
    await until(lambda: len(bench.discord.posted) >= 100)
    undone = await bench.announcements.undo(told.announcement.number, reason="by mistake")
    await bench.drained()
    await bench.run(HOUR)
    done = await states(bench.database)
    assert done["stopped"] == undone.stopped >= 200
    assert done["sent"] == len(bench.discord.posted) == 400 - undone.stopped
    marked = {channel for channel, _, version in bench.discord.edits if version == 2}
    assert marked == set(bench.discord.channels())


async def test_after_five_minutes_nothing_is_taken_back(bench):
    told = await publish(bench.database, news())
    bench.clock.elapsed += 301
    undone = await bench.announcements.undo(told.announcement.number, reason="")
    assert undone.too_late
    assert await bench.announcements.undo(999, reason="") is None


async def test_a_doubtful_delivery_of_what_was_taken_back_is_found_and_marked(bench):
    await subscribe(bench.database, [100, 101])
    told = await publish(bench.database, news())
    bench.discord.answers = {100: [Unknown()], 101: [Unknown()]}
    bench.discord.swallowed = {100}
    await bench.run()
    await bench.announcements.undo(told.announcement.number, reason="by mistake")
    await bench.run(HOUR)
    assert await states(bench.database) == {"sent": 1, "stopped": 1}
    assert bench.discord.edits == [(100, told.announcement.number, 2)]


async def test_ending_a_subscription_stops_what_waits_for_it(bench):
    await subscribe(bench.database, [100, 101])
    await subscribe(bench.database, [100], wish=Wish(jurisdiction="CN"), role=55)
    await publish(bench.database, news())
    service = Subscriptions(bench.database)
    server = Target(Lane.CHANNEL, 0, 1)
    async with bench.database.read() as tx:
        there = {(one.target.id, one.wish): one.number for one in await wishes.of_guild(tx, 1)}
    await service.end([there[100, Wish()], there[101, Wish()]], server)
    await bench.run(HOUR)
    assert [(channel, roles) for channel, _, roles, _ in bench.discord.posted] == [(100, (55,))]
    assert await states(bench.database) == {"sent": 1, "stopped": 1}


async def test_a_server_that_removed_the_bot_gets_nothing_more(bench):
    await subscribe(bench.database, [100, 101])
    await subscribe(bench.database, [200], guild=2)
    await publish(bench.database, news())
    await Subscriptions(bench.database).leave(1)
    await publish(bench.database, news(revision=2))
    await bench.run(HOUR)
    assert set(bench.discord.channels()) == {200}
    assert await states(bench.database) == {"sent": 2, "stopped": 2}


async def test_stopping_lets_what_is_under_way_arrive(bench):
    bench.discord.hold = asyncio.Event()
    await subscribe(bench.database, range(100, 110))
    await publish(bench.database, news())
    bench.outbox.start(bench.discord)
    await until(lambda: bench.discord.under_way >= 10)
    asyncio.get_running_loop().call_later(0.05, bench.discord.hold.set)
    await bench.outbox.stop(5.0)
    assert await states(bench.database) == {"sent": 10}


@pytest.mark.parametrize("within", [0.0, 0.01, 0.1])
async def test_what_has_no_answer_when_it_stops_is_settled_at_the_next_start(bench, within):
    bench.discord.hold = asyncio.Event()
    await subscribe(bench.database, range(100, 110))
    await publish(bench.database, news())
    bench.outbox.start(bench.discord)
    await until(lambda: bench.discord.under_way >= 10)
    await bench.outbox.stop(within)
    assert await states(bench.database) == {"sending": 10}
    bench.discord.hold = None
    await bench.run(HOUR)
    assert sorted(bench.discord.channels()) == list(range(100, 110))
    assert bench.discord.asked.count(("look", 100)) == 1


async def test_nothing_waits_while_there_is_nothing_to_do(bench):
    await bench.run()
    assert bench.outbox._task.done()
    assert not [task for task in asyncio.all_tasks() if "outbox" in task.get_name()]


async def test_a_moment_of_waiting_is_from_two_seconds_to_fifteen_minutes():
    dice = random.Random(3)
    for attempts, most in [(1, 2.0), (2, 4.0), (3, 8.0), (10, 900.0), (99, 900.0)]:
        waits = [backoff(attempts, dice) for _ in range(500)]
        assert 0 <= min(waits) < 0.1 * most
        assert 0.9 * most < max(waits) <= most


async def _correct(bench, mended):
    async with bench.database.write() as tx:
        await bench.announcements.correct(
            tx,
            mended.case_id,
            mended.revision,
            mended.case,
            reason="the caption was wrong",
            at=bench.clock.now(),
        )
    bench.outbox.kick()


async def test_what_is_published_while_the_outbox_comes_to_rest_is_not_left_for_later(bench):
    await subscribe(bench.database, [100])
    publications = [news(revision=2)]

    async def publish_meanwhile():
        if publications:
            await publish(bench.database, publications.pop())
            bench.outbox.kick()

    bench.outbox._after = publish_meanwhile
    await publish(bench.database, news())
    await bench.run(HOUR)
    assert bench.discord.channels() == [100, 100]
