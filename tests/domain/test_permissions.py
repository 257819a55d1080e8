import itertools

import pytest

from bot.domain.permissions import (
    Actor,
    Refusal,
    is_editor,
    refuse_editing,
    refuse_reviewing,
    refuse_writing,
    written_scope,
)
from bot.domain.records import PUBLIC

CURATORS, OTHERS, ROLE = 500, 600, 77

MANAGER = Actor(1, CURATORS, manages_server=True)
EDITOR = Actor(2, CURATORS, roles=frozenset({ROLE, 78}))
MEMBER = Actor(3, CURATORS, roles=frozenset({78}))
ELSEWHERE = Actor(4, OTHERS, manages_server=True)
NOWHERE = Actor(5, manages_server=True, roles=frozenset({ROLE}))
OWNER = Actor(6, owns_bot=True)


@pytest.mark.parametrize(
    ("actor", "scope", "refusal"),
    [
        (MANAGER, PUBLIC, None),
        (EDITOR, PUBLIC, None),
        (MEMBER, PUBLIC, Refusal.NOT_AN_EDITOR),
        (ELSEWHERE, PUBLIC, Refusal.NOT_CURATED_HERE),
        (NOWHERE, PUBLIC, Refusal.NO_SERVER),
        (OWNER, PUBLIC, Refusal.NO_SERVER),
        (MANAGER, CURATORS, None),
        (EDITOR, CURATORS, None),
        (MEMBER, CURATORS, Refusal.NOT_AN_EDITOR),
        (ELSEWHERE, OTHERS, None),
        (ELSEWHERE, CURATORS, Refusal.NOT_CURATED_HERE),
        (MANAGER, OTHERS, Refusal.NOT_CURATED_HERE),
        (NOWHERE, OTHERS, Refusal.NO_SERVER),
    ],
)
def test_who_writes_what(actor, scope, refusal):
    assert refuse_writing(actor, scope, ROLE, CURATORS) is refusal


@pytest.mark.parametrize("actor", [MANAGER, EDITOR, MEMBER, ELSEWHERE, NOWHERE, OWNER])
def test_without_a_curator_server_nobody_writes_public_cases(actor):
    assert refuse_writing(actor, PUBLIC, ROLE, None) is not None


@pytest.mark.parametrize(
    ("actor", "scope", "curators", "refusal"),
    [
        (OWNER, PUBLIC, None, None),
        (MANAGER, PUBLIC, None, Refusal.NOT_THE_OWNER),
        (OWNER, PUBLIC, CURATORS, Refusal.NO_SERVER),
        (EDITOR, PUBLIC, CURATORS, None),
        (ELSEWHERE, OTHERS, None, None),
        (ELSEWHERE, PUBLIC, CURATORS, Refusal.NOT_CURATED_HERE),
        (MEMBER, PUBLIC, CURATORS, Refusal.NOT_AN_EDITOR),
    ],
)
def test_who_settles_suggestions(actor, scope, curators, refusal):
    assert refuse_reviewing(actor, scope, ROLE, curators) is refusal


@pytest.mark.parametrize(
    ("guild", "curators", "scope"),
    [
        (CURATORS, CURATORS, PUBLIC),
        (OTHERS, CURATORS, OTHERS),
        (OTHERS, None, OTHERS),
        (0, None, 0),
    ],
)
def test_which_catalogue_is_written(guild, curators, scope):
    assert written_scope(guild, curators) == scope


def test_nobody_writes_a_scope_that_is_neither_public_nor_their_server_s():
    for actor, role, curators in itertools.product(
        [MANAGER, EDITOR, MEMBER, ELSEWHERE, NOWHERE, OWNER], [None, ROLE], [None, CURATORS, OTHERS]
    ):
        assert refuse_writing(actor, 12345, role, curators) is not None
        assert refuse_reviewing(actor, 12345, role, curators) is not None
        assert (refuse_editing(actor, role) is None) == is_editor(actor, role)


def test_the_editor_role_counts_only_where_it_was_named():
    assert not is_editor(EDITOR, None)
    assert is_editor(EDITOR, ROLE)
