import pytest

from bot.domain.forms import SummaryForm
from bot.domain.permissions import NotAllowedError
from bot.domain.records import PUBLIC, public_id, to_file
from bot.services.catalogue import Catalogue
from bot.services.curation.errors import NothingToDoError, OvertakenError
from bot.services.shipped import load_shipped
from bot.storage import shipping
from tests.samples import case
from tests.services.conftest import OTHERS, Desk, manager, member

CASE = public_id("ling-v-qiao")


@pytest.fixture
async def waiting(database, tmp_path):
    """A desk where an editor's summary and a shipped one contradict each other."""
    folder = tmp_path / "cases"
    folder.mkdir()

    async def ship(shipped):
        (folder / "ling-v-qiao.json").write_text(to_file(shipped), "utf-8")
        await load_shipped(database, folder)

    await ship(case())
    desk = Desk(database, await Catalogue.load(database))
    draft = (await desk.drafting.begin_edit(manager(), CASE)).draft
    await desk.drafting.fill(manager(), draft.id, SummaryForm("The editor's words."))
    await desk.drafting.publish(manager(), draft.id)
    await ship(case(summary="The shipped words.", status="final"))
    desk.ship = ship
    return desk


async def test_the_queue_shows_both_texts_and_the_choice_is_published(waiting):
    [pending] = await waiting.updates.pending(manager())
    [conflict] = pending.conflicts
    assert (conflict.place, conflict.ours, conflict.theirs) == (
        "summary",
        "The editor's words.",
        "The shipped words.",
    )
    await waiting.updates.settle(
        manager(), CASE, pending.content_hash, {"summary": "theirs"}, reason="theirs is better"
    )
    settled = waiting.catalogue.get(CASE, PUBLIC).case()
    assert (settled.summary, settled.status) == ("The shipped words.", "final")
    assert await waiting.updates.pending(manager()) == []
    newest = (await waiting.revisions(CASE))[0]
    assert (newest.reason, newest.author) == ("theirs is better", manager().author)
    with pytest.raises(NothingToDoError):
        await waiting.updates.settle(manager(), CASE, pending.content_hash, {})
    assert await waiting.agrees()


async def test_keeping_the_editor_s_text_takes_over_the_rest_and_is_not_asked_again(waiting):
    [pending] = await waiting.updates.pending(manager())
    await waiting.updates.settle(manager(), CASE, pending.content_hash, {})
    kept = waiting.catalogue.get(CASE, PUBLIC).case()
    assert (kept.summary, kept.status) == ("The editor's words.", "final")
    await waiting.ship(case(summary="The shipped words.", status="final", topics=["output"]))
    assert await waiting.updates.pending(manager()) == []
    await waiting.catalogue.refresh(waiting.database)
    merged = waiting.catalogue.get(CASE, PUBLIC).case()
    assert (merged.summary, merged.topics) == ("The editor's words.", ("output",))


async def test_an_answer_to_an_older_file_is_not_taken_for_a_newer_one(waiting):
    [pending] = await waiting.updates.pending(manager())
    await waiting.ship(case(summary="Newer shipped words."))
    with pytest.raises(OvertakenError):
        await waiting.updates.settle(manager(), CASE, pending.content_hash, {})
    [newer] = await waiting.updates.pending(manager())
    assert newer.conflicts[0].theirs == "Newer shipped words."


async def test_a_removed_case_is_updated_but_stays_removed(waiting):
    await waiting.records.remove(manager(), CASE, "")
    [pending] = await waiting.updates.pending(manager())
    assert pending.withdrawn
    await waiting.updates.settle(manager(), CASE, pending.content_hash, {}, otherwise="theirs")
    assert waiting.catalogue.get(CASE, PUBLIC) is None
    assert waiting.catalogue.withdrawn(CASE, PUBLIC).case().summary == "The shipped words."


async def test_a_case_without_a_common_base_is_settled_as_a_whole(desk, tmp_path):
    case_id = await desk.put(summary="The editor's words.")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "ling-v-qiao.json").write_text(to_file(case()), "utf-8")
    await load_shipped(desk.database, tmp_path / "c")
    [pending] = await desk.updates.pending(manager())
    assert [conflict.place for conflict in pending.conflicts] == [""]
    await desk.updates.settle(manager(), case_id, pending.content_hash, {"": "theirs"})
    assert desk.catalogue.get(case_id, PUBLIC).case() == case()
    async with desk.database.read() as tx:
        assert (await shipping.states(tx))["ling-v-qiao"].edited is False


async def test_only_curators_see_and_settle(waiting):
    [pending] = await waiting.updates.pending(manager())
    for actor in (member(), manager(OTHERS)):
        with pytest.raises(NotAllowedError):
            await waiting.updates.pending(actor)
        with pytest.raises(NotAllowedError):
            await waiting.updates.settle(actor, CASE, pending.content_hash, {})
