"""What the stand-in's channels keep: nonces, permissions, history, faults."""

import asyncio
import errno
import json
from typing import Any

import aiohttp
import pytest

from tests.standin.conftest import Response, Rest, StartRest
from tests.standin.control import StandIn
from tests.standin.rules import Rate, Rules
from tests.standin.world import (
    ANNOUNCEMENT,
    EMBED_LINKS,
    MENTION_EVERYONE,
    READ_MESSAGE_HISTORY,
    SEND_MESSAGES,
    VIEW_CHANNEL,
)

_NONCE = {"nonce": "a-nonce-of-25-characters!", "enforce_nonce": True}


async def test_an_enforced_nonce_makes_one_message_within_its_window(
    rest_for: StartRest, quick_rules: Rules
) -> None:
    async with StandIn.start(quick_rules) as standin:
        rest = await rest_for(standin)
        channel = (await standin.add_guild()).channels[0]

        first = await rest.send(channel, **_NONCE)
        again = await rest.send(channel, "something else", **_NONCE)
        unenforced = await rest.send(channel, nonce=_NONCE["nonce"])
        await asyncio.sleep(quick_rules.nonce_window + 0.05)
        later = await rest.send(channel, **_NONCE)

        assert first.json["id"] == again.json["id"] not in {later.json["id"], unenforced.json["id"]}
        assert again.json["nonce"] == _NONCE["nonce"]
        listed = (await rest("GET", f"/channels/{channel}/messages")).json
        assert len(listed) == 3
        assert "nonce" not in listed[0]
        assert (await standin.report())["absorbed_repeats"] == 1


async def test_repeating_a_nonce_whose_message_was_deleted_is_unknown(
    standin: StandIn, rest: Rest
) -> None:
    channel = (await standin.add_guild()).channels[0]
    message = (await rest.send(channel, **_NONCE)).json["id"]
    await standin.delete_message(channel, int(message))

    assert (await rest.send(channel, **_NONCE)).code == 10008
    assert await standin.messages(channel) == []


async def test_history_is_read_from_new_to_old_and_hidden_without_permission(
    rest_for: StartRest,
) -> None:
    async with StandIn.start(
        Rules(message_rate=Rate(50, 1.0), default_rate=Rate(50, 1.0))
    ) as standin:
        rest = await rest_for(standin)
        channel = (await standin.add_guild()).channels[0]
        ids = [(await rest.send(channel, str(number))).json["id"] for number in range(6)]

        async def listed(query: str) -> list[int]:
            found = await rest("GET", f"/channels/{channel}/messages?{query}")
            return [ids.index(message["id"]) for message in found.json]

        assert await listed("limit=2") == [5, 4]
        assert await listed(f"limit=2&before={ids[3]}") == [2, 1]
        assert await listed(f"limit=2&after={ids[1]}") == [3, 2]
        assert await listed(f"limit=3&around={ids[3]}") == [4, 3, 2]
        await standin.deny_bot(channel, READ_MESSAGE_HISTORY)
        assert await listed("limit=50") == []
        assert (await rest("GET", f"/channels/{channel}/messages/{ids[0]}")).code == 50013


async def test_each_target_that_cannot_be_written_to_says_why(standin: StandIn, rest: Rest) -> None:
    guild = await standin.add_guild(channels=6)
    unseen, mute, plain, gone, blocked, parent = guild.channels
    await standin.deny_bot(unseen, VIEW_CHANNEL)
    await standin.deny_bot(mute, SEND_MESSAGES)
    await standin.deny_bot(plain, EMBED_LINKS)
    await standin.delete_channel(gone)
    await standin.set_channel(blocked, blocked_by=200000)
    shut = await standin.add_thread(guild.id, parent, archived=True, locked=True)
    locked = await standin.add_thread(guild.id, parent, locked=True)
    asleep = await standin.add_thread(guild.id, parent, archived=True)
    closed = await standin.add_user("Closed", accepts_dms=False)
    left = await standin.add_guild()
    await standin.remove_guild(left.id)

    async def code(channel: int, **fields: Any) -> int:
        return (await rest.send(channel, **fields)).json.get("code", 0)

    assert await code(unseen) == 50001
    assert await code(mute) == 50013
    assert await code(plain) == 0
    assert await code(plain, embeds=[{"title": "x"}]) == 50013
    assert await code(gone) == 10003
    assert await code(blocked) == 200000
    assert await code(shut) == 50083
    assert await code(locked) == 160005
    assert await code(left.channels[0]) == 50001
    assert (await rest("GET", f"/guilds/{left.id}")).code == 10004
    assert await code(asleep) == 0  # which opens it again
    assert not (await rest("GET", f"/channels/{asleep}")).json["thread_metadata"]["archived"]
    opened = await rest("POST", "/users/@me/channels", {"recipient_id": str(closed)})
    assert await code(int(opened.json["id"])) == 50007
    assert (await rest("PATCH", f"/channels/{shut}", {"archived": False})).code == 50013


async def test_an_announcement_is_published_once(standin: StandIn, rest: Rest) -> None:
    guild = await standin.add_guild(kind=ANNOUNCEMENT)
    text = await standin.add_channel(guild.id)
    posted = [(await rest.send(each)).json["id"] for each in (guild.channels[0], text)]
    path = f"/channels/{guild.channels[0]}/messages/{posted[0]}/crosspost"

    published = await rest("POST", path)
    assert published.json["flags"] & 1
    assert published.headers["X-RateLimit-Limit"] == "10"
    assert (await rest("POST", path)).code == 40033
    elsewhere = await rest("POST", f"/channels/{text}/messages/{posted[1]}/crosspost")
    assert elsewhere.code == 50024


async def test_only_allowed_and_mentionable_roles_are_pinged(standin: StandIn, rest: Rest) -> None:
    guild = await standin.add_guild()
    channel = guild.channels[0]
    loud = await standin.add_role(guild.id, "loud", mentionable=True)
    quiet = await standin.add_role(guild.id, "quiet")
    text = f"@everyone <@&{loud}> <@&{quiet}>"

    async def pinged(**fields: Any) -> tuple[bool, list[str]]:
        message = (await rest.send(channel, text, **fields)).json
        return message["mention_everyone"], message["mention_roles"]

    both = {"parse": [], "roles": [str(loud), str(quiet)]}
    assert await pinged(allowed_mentions={"parse": []}) == (False, [])
    assert await pinged(allowed_mentions=both) == (False, [str(loud)])
    await standin.set_role(guild.id, guild.bot_role, permissions=MENTION_EVERYONE)
    assert await pinged() == (True, sorted([str(loud), str(quiet)]))
    assert (await pinged(allowed_mentions=both))[1] == sorted([str(loud), str(quiet)])


async def test_the_global_limit_counts_the_bot_but_not_interactions(
    standin: StandIn, rest: Rest
) -> None:
    channels = (await standin.add_guild(channels=60)).channels

    answers = await asyncio.gather(*(rest.send(channel) for channel in channels))

    refused = [answer for answer in answers if answer.status == 429]
    assert len(refused) == 10
    assert refused[0].json["global"] is True
    assert refused[0].json["retry_after"] <= 1.0
    assert refused[0].headers["Via"]
    assert refused[0].headers["X-RateLimit-Scope"] == "global"
    late = await rest("POST", "/interactions/1/token/callback", {"type": 5})
    assert late.code == 10062
    assert (await standin.report())["invalid_in_ten_minutes"] == 10


async def test_a_channels_bucket_is_told_and_enforced(standin: StandIn, rest: Rest) -> None:
    first, second = (await standin.add_guild(channels=2)).channels

    answers = [await rest.send(first) for _ in range(6)]

    assert [a.headers["X-RateLimit-Remaining"] for a in answers[:5]] == ["4", "3", "2", "1", "0"]
    assert answers[5].status == 429
    assert answers[5].json["global"] is False
    assert (await rest.send(second)).status == 200


_FAULTS = [
    ("500_before", 500, 0),
    ("500_after", 500, 1),
    ("502_after", 502, 1),
    ("503", 503, 0),
    ("429", 429, 0),
    ("429_global", 429, 0),
    ("429_without_via", 429, 0),
    ("40333", 403, 0),
    ("reset_before", None, 0),
    ("reset_after", None, 1),
    ("timeout_before", None, 0),
    ("timeout_after", None, 1),
]


async def test_injected_faults_fail_before_or_after_the_effect(
    standin: StandIn, rest: Rest
) -> None:
    channels = (await standin.add_guild(channels=len(_FAULTS))).channels

    for channel, (fault, status, stored) in zip(channels, _FAULTS, strict=True):
        route = "POST /channels/.*messages$"
        await standin.inject({fault: 1.0}, route=route, times=1, hold=0.05)
        if status is None:
            with pytest.raises(aiohttp.ClientError):
                await rest.send(channel)
        else:
            answer = await rest.send(channel)
            assert answer.status == status
            assert ("Via" in answer.headers) == (fault in {"429", "429_global"})
        assert len(await standin.messages(channel)) == stored, fault
        assert (await rest.send(channel)).status == 200

    assert set((await standin.report())["faults"].values()) == {1}


async def test_a_slow_channel_delays_no_other(standin: StandIn, rest: Rest) -> None:
    slow, quick = (await standin.add_guild(channels=2)).channels
    await standin.set_channel(slow, delay=0.3)

    waiting = asyncio.create_task(rest.send(slow))
    await rest.send(quick)
    assert not waiting.done()
    assert (await waiting).status == 200


async def test_a_cut_line_is_a_reset(standin: StandIn, rest: Rest) -> None:
    channel = (await standin.add_guild()).channels[0]
    await standin.inject({"reset_after": 1.0})

    with pytest.raises(aiohttp.ClientOSError) as caught:
        await rest.send(channel)

    assert caught.value.errno == errno.ECONNRESET


async def test_old_messages_are_edited_slowly_and_blocked_ones_not_at_all(
    rest_for: StartRest,
) -> None:
    rules = Rules(old_message_age=0.0, old_edit_rate=Rate(2, 60.0))
    async with StandIn.start(rules) as standin:
        rest = await rest_for(standin)
        channel = (await standin.add_guild()).channels[0]
        message = (await rest.send(channel, nonce="n")).json["id"]
        path = f"/channels/{channel}/messages/{message}"

        answers = [await rest("PATCH", path, {"content": str(number)}) for number in range(3)]
        await standin.set_channel(channel, edits_blocked_by=20022)
        blocked = await rest("PATCH", path, {"content": "no"})

        assert [answer.status for answer in answers] == [200, 200, 429]
        assert answers[2].code == 30046
        assert "Via" not in answers[2].headers
        assert blocked.code == 20022
        assert [m["content"] for m in await standin.messages(channel)] == ["1"]
        assert await standin.nonces() == {(channel, "n"): 1}


async def test_a_reset_token_is_refused(standin: StandIn, rest: Rest) -> None:
    assert (await rest("GET", "/users/@me")).status == 200
    await standin.refuse_token()
    assert (await rest("GET", "/users/@me")).status == 401
    await standin.refuse_token(refused=False)
    assert (await rest("GET", "/users/@me")).status == 200


async def test_direct_message_channels_are_opened_at_a_pace(rest_for: StartRest) -> None:
    async with StandIn.start(Rules(dm_open_rate=Rate(1, 60.0))) as standin:
        rest = await rest_for(standin)
        people = [await standin.add_user(name) for name in ("Ada", "Grace")]

        async def opened(person: int) -> Response:
            return await rest("POST", "/users/@me/channels", {"recipient_id": str(person)})

        first = await opened(people[0])
        assert (await opened(people[1])).code == 40003
        assert (await opened(people[0])).json["id"] == first.json["id"]
        assert (await rest.send(int(first.json["id"]))).status == 200


async def test_files_are_kept_and_served(standin: StandIn) -> None:
    channel = (await standin.add_guild()).channels[0]
    form = aiohttp.FormData()
    about = {"content": "a file", "attachments": [{"id": 0, "description": "a picture"}]}
    form.add_field("payload_json", json.dumps(about), content_type="application/json")
    form.add_field("files[0]", b"\x89PNG", filename="x.png", content_type="image/png")
    headers = {"Authorization": f"Bot {standin.token}"}

    async with aiohttp.ClientSession() as session:
        url = f"{standin.url}/api/v10/channels/{channel}/messages"
        async with session.post(url, data=form, headers=headers) as response:
            (attachment,) = (await response.json())["attachments"]
        async with session.get(attachment["url"]) as response:
            assert await response.read() == b"\x89PNG"

    assert (attachment["filename"], attachment["size"]) == ("x.png", 4)
    assert attachment["description"] == "a picture"


async def test_only_the_newest_messages_of_a_channel_are_kept(rest_for: StartRest) -> None:
    async with StandIn.start(Rules(kept_messages=2)) as standin:
        rest = await rest_for(standin)
        channel, other = (await standin.add_guild(channels=2)).channels
        for text in ("one", "two", "three"):
            await rest.send(channel, text)
        await rest.send(other, "four")

        kept = await standin.all_messages()

    contents = {place: [each["content"] for each in found] for place, found in kept.items()}
    assert contents == {channel: ["two", "three"], other: ["four"]}
