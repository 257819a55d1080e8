import pytest

from bot.domain.permissions import Actor, NotAllowedError
from bot.domain.records import PUBLIC
from bot.services.catalogue import Catalogue
from bot.services.curation.errors import (
    EverybodyError,
    NothingToDoError,
    NotPublicError,
    UnknownCaseError,
)
from bot.storage import audit
from bot.storage.servers import ServerSettings
from tests.services.conftest import CURATORS, OTHERS, manager, member


async def test_defaults_and_choices_by_server(desk):
    assert await desk.servers.settings(OTHERS) == ServerSettings()
    await desk.servers.name_editors(manager(OTHERS), 77)
    assert await desk.servers.settings(OTHERS) == ServerSettings(77)
    assert await desk.servers.settings(CURATORS) == ServerSettings()
    await desk.servers.name_editors(manager(OTHERS), None)
    assert await desk.servers.settings(OTHERS) == ServerSettings()


async def test_every_choice_is_written_down(desk):
    case_id = await desk.put()
    await desk.servers.name_editors(manager(OTHERS), 77)
    await desk.servers.hide(manager(OTHERS, 2), case_id, "too\nlong")
    async with desk.database.read() as tx:
        entries = await audit.of_guild(tx, OTHERS, limit=10)
        assert await audit.of_guild(tx, CURATORS, limit=10) == []
    assert [(e.what, e.subject, e.before, e.after, e.author.person, e.reason) for e in entries] == [
        ("hidden case", case_id, "shown", "hidden", 2, "too long"),
        ("editor role", "", None, "77", 1, ""),
    ]


async def test_the_named_role_edits_and_others_do_not(desk):
    editor, other = member(OTHERS, 3, 77), member(OTHERS, 4, 78)
    assert not await desk.access.is_editor(editor)
    await desk.servers.name_editors(manager(OTHERS), 77)
    assert await desk.access.is_editor(editor)
    assert not await desk.access.is_editor(other)
    assert not await desk.access.is_editor(member(CURATORS, 3, 77))
    with pytest.raises(NotAllowedError):
        await desk.servers.name_editors(other, 78)
    with pytest.raises(EverybodyError):
        await desk.servers.name_editors(manager(OTHERS), OTHERS)
    with pytest.raises(NotAllowedError):
        await desk.servers.name_editors(Actor(1, 0, manages_server=True), 77)


async def test_hiding_touches_one_server_and_survives(desk):
    case_id = await desk.put()
    revision = desk.catalogue.revision
    await desk.servers.hide(manager(OTHERS), case_id)
    assert desk.catalogue.revision > revision
    for catalogue in (desk.catalogue, await Catalogue.load(desk.database)):
        assert catalogue.get(case_id, OTHERS) is None
        assert catalogue.get(case_id, CURATORS) is not None
        assert catalogue.get(case_id, PUBLIC) is not None
        assert [catalogue.count(scope) for scope in (OTHERS, CURATORS)] == [0, 1]
    assert await desk.servers.hidden(manager(OTHERS)) == [(case_id, "Ling v. Qiao")]
    with pytest.raises(NothingToDoError):
        await desk.servers.hide(manager(OTHERS), case_id)
    await desk.servers.show(manager(OTHERS), case_id)
    assert desk.catalogue.get(case_id, OTHERS) is not None
    with pytest.raises(NothingToDoError):
        await desk.servers.show(manager(OTHERS), case_id)
    assert await desk.servers.hidden(manager(OTHERS)) == []


async def test_only_public_cases_are_hidden_and_only_by_editors(desk):
    public, own = await desk.put(), await desk.put(OTHERS, slug="own")
    with pytest.raises(NotPublicError):
        await desk.servers.hide(manager(OTHERS), own)
    with pytest.raises(UnknownCaseError):
        await desk.servers.hide(manager(), own)
    with pytest.raises(UnknownCaseError):
        await desk.servers.hide(manager(), "nosuchcase")
    with pytest.raises(NotAllowedError):
        await desk.servers.hide(member(OTHERS), public)
    assert desk.catalogue.get(public, OTHERS) is not None
