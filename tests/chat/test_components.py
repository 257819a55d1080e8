"""What happens below an answer."""

import pytest

from bot.domain.records import public_id
from tests.chat.test_case_command import buttons, public_id_of_shown, selects, shown


def custom_id(message, start):
    return next(
        component["custom_id"]
        for component in [*buttons(message), *selects(message)]
        if component.get("custom_id", "").startswith(start)
    )


async def choose(world, who, message, start, value):
    return await who.select(message, custom_id=custom_id(message, start), values=[value])


async def test_the_asker_goes_from_case_to_case_in_place(world):
    result = await world.case("beijing")
    baidu = public_id("feilin-v-baidu")
    await choose(world, world.member, result.response, "case:fits:", baidu)
    message = world.general.last_message
    assert message.id == result.response.id
    assert "Feilin" in message.embeds[0].title
    assert "cases fit" not in message.content
    # The list of the cases that fit is still there, with the shown one selected.
    fits = selects(result.response)[0]
    assert [option["value"] for option in fits["options"] if option.get("default")] == [baidu]
    await choose(world, world.member, result.response, "case:fits:", public_id("li-v-liu"))
    assert world.general.last_message.embeds[0].title == "Li v. Liu"
    assert "cases fit" in world.general.last_message.content


async def test_somebody_else_reads_a_chosen_case_alone(world):
    result = await world.case("beijing")
    answer = await choose(
        world, world.other, result.response, "case:related:", public_id("thaler-v-perlmutter")
    )
    assert answer.ephemeral
    assert "Thaler v. Perlmutter" in shown(answer).title
    assert world.general.last_message.embeds[0].title == "Li v. Liu"


async def test_the_full_record_is_a_file_for_who_asks(world):
    result = await world.case("beijing")
    answer = await world.other.click(
        result.response, custom_id=custom_id(result.response, "case:full:")
    )
    assert answer.ephemeral
    assert [file.filename for file in answer.response.attachments] == ["li-v-liu.txt"]


@pytest.mark.parametrize(
    ("who", "deleted"), [("member", True), ("moderator", True), ("other", False)]
)
async def test_an_answer_is_deleted_by_who_asked_or_a_moderator(world, who, deleted):
    result = await world.case("beijing")
    person = getattr(world, who)
    answer = await person.click(
        result.response, custom_id=custom_id(result.response, "answer:delete:")
    )
    assert (world.general.last_message is None) == deleted
    if not deleted:
        assert answer.ephemeral
        assert "Only the person who asked" in answer.response.content


async def test_components_work_after_a_restart(world, make_bot):
    result = await world.case("beijing")
    await world.env.restart_bot(make_bot())
    await choose(
        world, world.member, result.response, "case:related:", public_id("zarya-of-the-dawn")
    )
    assert world.general.last_message.embeds[0].title.startswith("Zarya of the Dawn")
    assert public_id_of_shown(result) == public_id("zarya-of-the-dawn")


async def test_the_bot_keeps_nothing_for_the_messages_it_sent(world):
    for query in ("beijing", "zarya", "getty"):
        await world.case(query)
    store = world.bot._connection._view_store
    assert not store._synced_message_views
    assert not store._views
