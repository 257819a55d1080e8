"""/case as a member meets it."""

import pytest
from discord import app_commands

from bot.chat import limits
from bot.domain.records import public_id

LI = "Li v. Liu"
BEIJING = ("feilin-v-baidu", "illustrators-v-xiaohongshu-trik-ai", "li-v-liu")

ANSWERS = [
    ("beijing", LI),
    ("spring breeze", LI),
    ("春风送来了温柔", LI),
    ("李某", LI),
    ("(2023)京0491民初11279号", LI),
    ("京0491民初11279", LI),
    ("peach blossom", LI),
    ("li vs liu", LI),
    ("北京互聯網法院 春風", LI),
    ("zarya", "Zarya of the Dawn"),
    ("VAu001480196", "Zarya of the Dawn"),
    ("kashtanova comic", "Zarya of the Dawn"),
    ("midjourney comic book", "Zarya of the Dawn"),
    ("thaler perlmutter", "Thaler v. Perlmutter"),
    ("perlmuter thaler", "Thaler v. Perlmutter"),
    ("recent entrance to paradise", "Thaler v. Perlmutter"),
    ("1:22-cv-01564", "Thaler v. Perlmutter"),
    ("theatre dopera spatial", "Allen v. Perlmutter"),
    ("butterfly chair", "Feng v. Dongshan"),
    ("蝴蝶椅", "Feng v. Dongshan"),
]

FAMILIES = [
    ("thaler", "Thaler v. Perlmutter"),
    ("dabus", ""),
    ("getty", "Getty Images v. Stability AI (UK)"),
    ("奥特曼", "Ultraman"),
    ("gema", "GEMA v. OpenAI"),
    ("laion", "Kneschke v. LAION"),
]

NOTHING = [
    "pizza recipe",
    "v",
    "the",
    "🍕",
    "qzxjkvbnmwpfghtrlydscqzxjkvbnmwpfghtrlydscqzxjkvbnmwpfghtrlydscqzxjkvbnmwpfghtrlydscqzxjkvbnmwpfgh",
    " ",
    "x" * 6000,
    "\u202e\u200b\u2066\u200f",
    "@everyone",
    "**_~~||`> #",
    "'; DROP TABLE cases; --",
]


def shown(result):
    return result.response.embeds[0]


def selects(message):
    return [
        component
        for row in message.components
        for component in row["components"]
        if component["type"] == 3
    ]


def buttons(message):
    return [
        component
        for row in message.components
        for component in row["components"]
        if component["type"] == 2
    ]


@pytest.mark.parametrize(("query", "title"), ANSWERS)
async def test_a_query_finds_its_case(world, query, title):
    result = await world.case(query)
    assert not result.ephemeral
    assert title in shown(result).title


async def test_beijing_offers_the_other_beijing_cases(world):
    result = await world.case("beijing")
    fits, _related = selects(result.response)
    assert {public_id(slug) for slug in BEIJING} <= {option["value"] for option in fits["options"]}
    assert f"{len(fits['options'])} cases fit" in result.response.content
    assert all("Beijing" in option["description"] for option in fits["options"])
    assert result.response.content.startswith("**Li v. Liu** · 🇨🇳 Beijing Internet Court")


@pytest.mark.parametrize(("query", "title"), FAMILIES)
async def test_a_family_shows_its_first_and_offers_all(world, query, title):
    result = await world.case(query)
    assert title in shown(result).title
    fits = selects(result.response)[0]
    assert len(fits["options"]) > 1
    assert f"{len(fits['options'])} cases fit" in result.response.content
    assert fits["options"][0]["value"] == public_id_of_shown(result)


def public_id_of_shown(result):
    return next(
        component["custom_id"].rpartition(":")[2]
        for component in buttons(result.response)
        if component.get("custom_id", "").startswith("case:full:")
    )


@pytest.mark.parametrize("query", NOTHING, ids=range(len(NOTHING)))
async def test_nonsense_is_answered_privately_and_pings_nobody(world, query):
    result = await world.case(query)
    assert result.ephemeral
    assert not result.response.embeds
    assert "@everyone" not in result.response.content
    assert (
        "sure" in result.response.content or "Nothing in the catalogue" in result.response.content
    )
    requests = [r for r in world.env.http_requests if "callback" in r.path]
    assert requests[-1].json["data"]["allowed_mentions"]["parse"] == []


async def test_near_names_are_buttons_that_answer_in_the_channel(world):
    result = await world.case("zzarya of teh dwan picasso")
    assert result.ephemeral
    near = [*buttons(result.response), *selects(result.response)]
    assert near
    if near[0]["type"] == 2:
        answer = await world.member.click(result.response, custom_id=near[0]["custom_id"])
    else:
        values = [near[0]["options"][0]["value"]]
        answer = await world.member.select(
            result.response, custom_id=near[0]["custom_id"], values=values
        )
    assert not answer.ephemeral
    assert shown(answer).title


async def test_private_answers_are_private(world):
    result = await world.case("zarya", private=True)
    assert result.ephemeral
    assert not [b for b in buttons(result.response) if "delete" in b.get("custom_id", "")]


async def test_suggestions_carry_ids_and_the_chosen_one_is_answered(world):
    choices = await world.member.autocomplete(world.general, "case", "query", "beij")
    assert 1 < len(choices) <= limits.CHOICES
    assert all(0 < limits.size(choice["name"]) <= limits.CHOICE_NAME for choice in choices)
    assert len({choice["value"] for choice in choices}) == len(choices)
    names = {choice["name"]: choice["value"] for choice in choices[:5]}
    name = "Li v. Liu · 🇨🇳 Beijing Internet Court · 2023"
    for said in (name, names[name]):
        result = await world.case(said)
        assert shown(result).title == LI
        assert "cases fit" not in result.response.content


async def test_every_suggested_name_leads_to_its_own_case(world, shared_catalogue):
    for query in ("", "thaler", "getty", "federal court", "guangzhou"):
        for choice in await world.member.autocomplete(world.general, "case", "query", query):
            await world.env.advance_time(30)
            result = await world.case(choice["name"])
            assert public_id_of_shown(result) == choice["value"], choice


async def test_an_empty_query_suggests_landmarks_first(world, shared_catalogue):
    choices = await world.member.autocomplete(world.general, "case", "query", "")
    cases = [shared_catalogue.get(choice["value"], 0).case() for choice in choices]
    assert len(choices) == limits.CHOICES
    landmarks = [case.landmark for case in cases]
    assert landmarks == sorted(landmarks, reverse=True)
    assert any(landmarks)


async def test_unknown_ids_are_not_answered_with_another_case(world):
    result = await world.case(public_id("no-such-case"))
    assert result.ephemeral


async def test_direct_messages_work(world):
    user = world.env.create_user("dora")
    result = await user.slash("case", query="zarya")
    assert "Zarya" in shown(result).title


async def test_a_person_who_asks_too_fast_is_told_to_wait(world):
    results = [await world.case("zarya") for _ in range(11)]
    assert not results[9].ephemeral
    assert results[10].ephemeral
    assert "wait" in results[10].response.content
    assert not (await world.case("zarya", who=world.other)).ephemeral
    await world.env.advance_time(30)
    assert not (await world.case("zarya")).ephemeral
    assert [type(error) for error in world.env.errors] == [app_commands.CommandOnCooldown]


async def test_help_is_private_and_short(world):
    result = await world.member.slash(world.general, "help")
    assert result.ephemeral
    assert "187" in result.response.content
    assert limits.size(result.response.content) <= limits.CONTENT


def described(payload):
    """A command and everything in it that has a name and a description."""
    yield payload
    for option in payload.get("options", ()):
        yield from described(option)


async def test_the_commands_fit_discords_limits_and_say_where_they_work(world):
    for command in world.bot.tree.get_commands():
        payload = command.to_dict(world.bot.tree)
        assert all(0 < len(part["description"]) <= 100 for part in described(payload))
        assert all(len(part.get("options", ())) <= 25 for part in described(payload))
        written = [part["name"] + part["description"] for part in described(payload)]
        assert len("".join(written)) < 8000
        if command.name in ("case", "help"):
            assert payload["integration_types"] == [0, 1]
            assert payload["contexts"] == [0, 1, 2]
