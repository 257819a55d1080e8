"""Who hears of what is decided when it is published, and only once."""

import asyncio
import datetime as dt
from itertools import product

import pytest

from bot.cli import main
from bot.domain.announcements import (
    Lane,
    News,
    NewsKind,
    Target,
    Wish,
    corrected,
    may_hear,
    news_between,
    same_ruling,
)
from bot.domain.deliveries import DeliveryState
from bot.domain.records import public_id
from bot.domain.revisions import Author
from bot.services.announcements.publishing import Announcements
from bot.services.announcements.sending import Done, Refused, Unknown
from bot.services.announcements.verdicts import Verdict, is_invalid, judge
from bot.services.case_files import shipped_folder
from bot.services.shipped import load_shipped
from bot.services.subscriptions import MOST_OF_A_SERVER, Subscriptions, TooManyError
from bot.storage import deliveries, servers
from bot.storage import subscriptions as wishes
from tests import samples
from tests.announcements.world import (
    CASE_ID,
    NOW,
    follow,
    news,
    publish,
    states,
    store,
    subscribe,
    targets_in,
)


async def test_the_condition_in_sql_is_the_rule(database):
    wanted = {}
    jurisdictions, topics = ("", "CN", "US"), ("", "authorship", "training")
    kinds, which = ("", "new-ruling", "status-change"), ("", CASE_ID, public_id("other"))
    every = product(jurisdictions, topics, kinds, which, (1, 2))
    for number, (jurisdiction, topic, kind, case_id, guild) in enumerate(every, 1000):
        wish = Wish(jurisdiction, topic, kind, case_id)
        wanted[Target(Lane.CHANNEL, number, guild)] = wish
        await subscribe(database, [number], guild=guild, wish=wish)
    await follow(database, [9], Wish(topic="training"))
    wanted[Target(Lane.MEMBER, 9)] = Wish(topic="training")
    told = [
        news(kind, jurisdiction=place, topics=about, scope=scope, revision=revision)
        for revision, (kind, place, about, scope) in enumerate(
            product(
                (NewsKind.NEW_RULING, NewsKind.NEW_CASE),
                ("CN", "DE"),
                ([], ["training", "authorship"]),
                (0, 2),
            ),
            2,
        )
    ]
    await store(database, news())
    for each in told:
        published = await publish(database, each)
        expected = {t for t, wish in wanted.items() if wish.wants(each) and may_hear(t, each)}
        async with database.read() as tx:
            found = await deliveries.in_state(tx, DeliveryState.WAITING)
        number = published.announcement.number
        assert {d.target for d in found if d.announcement == number} == expected
        assert published.deliveries == len(expected)


async def test_another_servers_case_is_never_announced_here(database):
    await subscribe(database, [100], guild=1)
    await subscribe(database, [200], guild=2)
    await follow(database, [9])
    own = news(scope=2)
    await store(database, own)
    await publish(database, own)
    assert await targets_in(database, DeliveryState.WAITING) == {200}


async def test_a_case_that_a_server_hides_is_not_announced_there(database):
    await store(database, news())
    await subscribe(database, [100], guild=1)
    await subscribe(database, [200], guild=2)
    async with database.write() as tx:
        await servers.hide(tx, 1, CASE_ID)
    await publish(database, news())
    assert await targets_in(database, DeliveryState.WAITING) == {200}


async def test_a_subscription_hears_nothing_of_the_past(database):
    await store(database, news())
    await publish(database, news())
    await subscribe(database, [100])
    assert (await publish(database, news())).deliveries == 0
    assert await states(database) == {}
    assert (await publish(database, news(revision=2))).deliveries == 1


async def test_pressing_twice_at_once_announces_once(database):
    await store(database, news())
    await subscribe(database, [100, 101])
    done = await asyncio.gather(*(publish(database, news()) for _ in range(5)))
    assert sum(each.new for each in done) == 1
    assert len({each.announcement.number for each in done}) == 1
    assert await states(database) == {"waiting": 2}


async def test_a_failed_transaction_announces_nothing(database):
    await store(database, news())
    await subscribe(database, [100])
    service = Announcements(database, lambda: None)

    async def fail():
        async with database.write() as tx:
            await service.plan(tx, news(), Author(), NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await states(database) == {}


async def test_matching_subscriptions_of_a_channel_make_one_delivery_with_their_roles(database):
    await store(database, news())
    await subscribe(database, [100], wish=Wish(jurisdiction="CN"), role=5)
    await subscribe(database, [100], wish=Wish(topic="authorship"), role=6)
    await subscribe(database, [100], wish=Wish(kind="new-ruling"), role=5)
    await subscribe(database, [100], wish=Wish(jurisdiction="US"), role=7)
    await publish(database, news())
    async with database.read() as tx:
        (delivery,) = await deliveries.in_state(tx, DeliveryState.WAITING)
    assert delivery.roles == (5, 6)


async def test_how_many_would_get_it(database):
    await subscribe(database, [100, 101], guild=1)
    await subscribe(database, [200], guild=2)
    await follow(database, [9])
    reach = await Announcements(database, lambda: None).reach(news())
    assert (reach.channels, reach.members, reach.servers) == (3, 1, 2)


async def test_the_same_wish_again_changes_its_role_and_resumes_it(database):
    service = Subscriptions(database)
    target = Target(Lane.CHANNEL, 100, 1)
    first = await service.subscribe(target, Wish(), person=7, role=1)
    await service.pause([first.number], target)
    again = await service.subscribe(target, Wish(), person=8, role=2)
    assert again.number == first.number
    (there,) = await service.of_guild(1)
    assert (there.role, there.paused_at) == (2, None)


async def test_a_server_has_its_own_subscriptions_alone(database):
    service = Subscriptions(database)
    one = await service.subscribe(Target(Lane.CHANNEL, 100, 1), Wish(), person=7)
    other = Target(Lane.CHANNEL, 0, 2)
    assert await service.pause([one.number], other) == []
    assert await service.end([one.number], other) == []
    assert await service.end([one.number], Target(Lane.MEMBER, 100)) == []
    assert len(await service.of_guild(1)) == 1


async def test_a_server_has_a_hundred_subscriptions_at_most(database):
    service = Subscriptions(database)
    await subscribe(database, range(1000, 1000 + MOST_OF_A_SERVER))
    with pytest.raises(TooManyError):
        await service.subscribe(Target(Lane.CHANNEL, 1, 1), Wish(), person=7)
    await service.subscribe(Target(Lane.CHANNEL, 1000, 1), Wish(), person=7, role=4)


async def test_a_removed_server_hears_again_only_if_somebody_resumes(database):
    await store(database, news())
    await subscribe(database, [100], guild=1)
    service = Subscriptions(database)
    await service.leave(1)
    assert (await publish(database, news())).deliveries == 0
    async with database.read() as tx:
        (there,) = await wishes.of_guild(tx, 1)
    await service.resume([there.number], Target(Lane.CHANNEL, 0, 1))
    assert (await publish(database, news(revision=2))).deliveries == 1


def test_what_is_new_between_two_states_of_a_case():
    one = samples.ruling()
    two = samples.ruling(court="High Court", decided_on="2024-05-01", docket_number="2")
    before = samples.case(rulings=[one])

    def kinds(after):
        found = news_between("x", 0, 2, before, after)
        return [(each.kind, each.ruling) for each in found]

    (new,) = news_between("x", 0, 1, None, before)
    assert (new.kind, new.ruling) == (NewsKind.NEW_CASE, 0)
    both = samples.case(rulings=[one, two], status="final")
    assert kinds(both) == [(NewsKind.NEW_RULING, 1), (NewsKind.STATUS_CHANGE, 1)]
    assert kinds(samples.case(rulings=[one], status="final")) == [(NewsKind.STATUS_CHANGE, 0)]
    assert kinds(samples.case(rulings=[one], summary="Better words.")) == []
    assert kinds(samples.case(rulings=[samples.ruling(holding="Other words.")])) == []


def test_what_was_told_of_a_case_is_not_changed_by_what_follows():
    one = samples.ruling()
    appeal = samples.ruling(
        court="High Court", decided_on="2024-05-01", docket_number="2", result="copyright-denied"
    )
    before = samples.case(rulings=[one])
    (told,) = news_between("x", 0, 1, None, before)
    link = samples.source(url="https://court.example/appeal", published_on="2024-05-01")
    after = samples.case(rulings=[one, appeal], status="final", sources=[samples.source(), link])
    assert corrected(told, after, 2).told == told.told
    (news, _) = news_between("x", 0, 2, before, after)
    assert news.links[0] == "https://court.example/appeal"
    undecided = samples.case(rulings=[])
    (told,) = news_between("x", 0, 1, None, undecided)
    assert corrected(told, before, 2).told == told.told
    # What was told of a ruling that is no longer there is told of the case.
    assert corrected(news, before, 3) is None
    (told,) = news_between("x", 0, 1, None, before)
    assert corrected(told, undecided, 2).result == ""


def test_a_ruling_is_recognised_when_it_moves_or_changes():
    one = samples.ruling(decided_on="2023-01-01", docket_number="1")
    two = samples.ruling(decided_on="2024-01-01", docket_number="2")
    early = samples.ruling(decided_on="2022-01-01", docket_number="0")
    before = samples.case(rulings=[one, two])
    assert same_ruling(before, 1, samples.case(rulings=[early, one, two])) == 2
    changed = samples.ruling(decided_on="2024-01-01", docket_number="2", holding="Other.")
    assert same_ruling(before, 1, samples.case(rulings=[early, one, changed])) == 2
    assert same_ruling(before, 1, samples.case(rulings=[one])) is None
    told = News(NewsKind.NEW_RULING, "x", 0, 1, before, 1)
    assert corrected(told, samples.case(rulings=[one]), 2) is None


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (Done(1), Verdict.SENT),
        (Refused(404, 10003), Verdict.GONE),
        (Refused(404, 10004), Verdict.GONE),
        (Refused(403, 50001), Verdict.FORBIDDEN),
        (Refused(403, 50013), Verdict.FORBIDDEN),
        (Refused(400, 50083), Verdict.ARCHIVED),
        (Refused(400, 160005), Verdict.ARCHIVED),
        (Refused(400, 50035), Verdict.REJECTED),
        (Refused(400, 200000), Verdict.REJECTED),
        (Refused(400, 240000), Verdict.REJECTED),
        (Refused(429), Verdict.LATER),
        (Refused(429, blocked=True), Verdict.ALL_LATER),
        (Refused(403, 40333), Verdict.ALL_LATER),
        (Refused(503), Verdict.LATER),
        (Unknown(500), Verdict.DOUBTFUL),
        (Unknown(), Verdict.DOUBTFUL),
        (Refused(401), Verdict.STOP),
        (Refused(403, 50007), Verdict.CLOSED),
        (Refused(400, 40003), Verdict.LANE_LATER),
        (Refused(400, 999999), Verdict.FORBIDDEN),
    ],
)
def test_the_table_of_answers(answer, verdict):
    assert judge(answer) is verdict


def test_what_discord_counts_towards_a_ban():
    counted = [Refused(401), Refused(403), Refused(429)]
    assert all(is_invalid(each) for each in counted)
    free = [Refused(429, shared=True), Refused(404), Refused(0, 50013), Unknown(500), Done(1)]
    assert not any(is_invalid(each) for each in free)


async def test_what_was_shipped_is_announced_only_if_the_owner_asks(database):
    await load_shipped(database, shipped_folder() / "cases")
    await subscribe(database, [100])
    assert await states(database) == {}
    service = Announcements(database, lambda: None)
    since = dt.date(2026, 1, 1)
    found = await service.unannounced(since)
    assert found
    days = [each.told_ruling.decided_on.earliest for each in found]
    assert days == sorted(days)
    assert days[0] >= since
    published = await service.publish_all(found, Author())
    assert await states(database) == {"waiting": len(found)}
    assert all(each.new for each in published)
    assert await service.unannounced(since) == []


def test_the_owner_sees_the_plan_before_anything_is_announced(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    since = ["announce", "--since", "2026-06-01"]
    assert main(since) == 2
    assert "Nothing was announced" in capsys.readouterr().out
    assert main([*since, "--yes"]) == 0
    assert "announced in 0 messages" in capsys.readouterr().out
    assert main([*since, "--yes"]) == 0
    assert "No ruling since 2026-06-01 is unannounced" in capsys.readouterr().out
