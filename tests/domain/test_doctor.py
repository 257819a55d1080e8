"""What an examination finds, and that each finding has a sentence that says what to do."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest

from bot.domain.doctor import (
    ConnectionFacts,
    Finding,
    Note,
    Place,
    Problem,
    RoleFacts,
    ServerFacts,
    StorageFacts,
    Subject,
    differing_commands,
    of_announcer,
    of_connection,
    of_editors,
    of_server,
    of_storage,
)
from bot.text import english_doctor, text_for

TEXT = text_for("en-GB").doctor
MEGABYTE = 1024 * 1024
DAY = dt.timedelta(days=1)

CONNECTION = ConnectionFacts(0.4, (), 990, 1000, ())
STORAGE = StorageFacts(
    "casebook.sqlite3", "0003", "", "0003", MEGABYTE, 0, {Path("/data"): 900 * MEGABYTE}, DAY,
    dt.timedelta(hours=3),
)  # fmt: skip
PLACE = Place("#news", roles=(RoleFacts("@Fans", there=True, heard=True),), paused=1)
SERVER = ServerFacts("Forum", places=(PLACE, Place("#more")), editor_role="@Editors", unseen=())
TOKENS = {Problem.TOKEN_MISSING, Problem.TOKEN_REFUSED, Problem.UNREACHABLE}
"""Told by who asks Discord."""


def at(place: Place, **changes) -> ServerFacts:
    return replace(SERVER, places=(replace(place, **changes), Place("#more")))


WRONG = [
    (Problem.UNNEEDED_INTENTS, replace(CONNECTION, unneeded_intents=("Presence",)), "Presence"),
    (Problem.CLOCK_OFF, replace(CONNECTION, clock_off=-7.0), "7.0 s behind"),
    (Problem.CLOCK_OFF, replace(CONNECTION, clock_off=5.1), "5.1 s ahead of"),
    (Problem.FEW_STARTS, replace(CONNECTION, starts_left=99), "99 of 1000"),
    (Problem.COMMANDS_DIFFER, replace(CONNECTION, outdated_commands=("case",)), "case"),
    (Problem.EDITOR_ROLE_GONE, replace(SERVER, editor_role_there=False), "@Editors"),
    (Problem.EDITORS_BLIND, replace(SERVER, unseen=("catalogue",)), "/catalogue"),
    (Problem.SERVER_GONE, replace(SERVER, there=False), "Forum"),
    (Problem.CHANNEL_GONE, at(PLACE, there=False), "#news"),
    (Problem.CHANNEL_CLOSED, at(PLACE, missing=("View Channel", "Embed Links")), "Embed Links"),
    (Problem.HISTORY_CLOSED, at(PLACE, reads_history=False), "#news"),
    (Problem.ROLE_GONE, at(PLACE, roles=(RoleFacts("@Fans", False, False),)), "@Fans"),
    (Problem.ROLE_SILENT, at(PLACE, roles=(RoleFacts("@Fans", True, False),)), "@Fans"),
    (Problem.SUBSCRIPTION_BROKEN, at(PLACE, broken=10003), "no longer exists"),
    (Problem.SUBSCRIPTION_FAILS, at(PLACE, failing=50013), "may not write"),
    (Problem.UNCONFIRMED, replace(SERVER, unconfirmed=3), "3 announcements"),
    (Problem.DATABASE_TROUBLE, replace(STORAGE, trouble="It is damaged", schema=None), "damaged"),
    (Problem.SCHEMA_OLD, replace(STORAGE, schema="0001"), "0001"),
    (Problem.SCHEMA_NEW, replace(STORAGE, schema="0009"), "0009"),
    (Problem.LARGE_LOG, replace(STORAGE, log_size=300 * MEGABYTE), "300 MB"),
    (Problem.DISK_LOW, replace(STORAGE, free={Path("/data"): 150 * MEGABYTE}), "150 MB"),
    (Problem.DISK_LOW, replace(STORAGE, size=400 * MEGABYTE), "1200 MB"),
    (Problem.NO_BACKUP, replace(STORAGE, backup_age=None), "casebook backup"),
    (Problem.BACKUP_OLD, replace(STORAGE, backup_age=dt.timedelta(hours=49)), "49.0 hours"),
]


def examined(facts) -> list[Finding]:
    match facts:
        case ConnectionFacts():
            return list(of_connection(facts))
        case StorageFacts():
            return list(of_storage(facts))
        case _:
            return [*of_server(facts), *of_editors(facts)]


@pytest.mark.parametrize("facts", [CONNECTION, STORAGE, SERVER])
def test_what_is_fine_says_so(facts):
    found = examined(facts)
    assert found
    for finding in found:
        assert finding.fine
        assert TEXT.line(finding).startswith("✅")
        assert TEXT.terminal_line(finding).startswith("fine ")


@pytest.mark.parametrize(("problem", "facts", "said"), WRONG)
def test_each_problem_is_found_alone_and_says_what_to_do(problem, facts, said):
    wrong = [finding for finding in examined(facts) if not finding.fine]
    assert [finding.problem for finding in wrong] == [problem]
    assert said in TEXT.sentence(wrong[0])
    assert TEXT.line(wrong[0]).startswith("🔧")
    assert TEXT.terminal_line(wrong[0]).startswith("TO MEND")


def test_the_table_has_every_problem():
    assert {problem for problem, *_ in WRONG} == set(Problem) - TOKENS - {Problem.HALTED}
    assert of_announcer("HTTP 401").problem is Problem.HALTED
    assert "HTTP 401" in TEXT.sentence(of_announcer("HTTP 401"))
    assert of_announcer("").fine


def test_what_was_not_asked_is_not_told():
    assert list(of_connection(ConnectionFacts())) == []
    assert list(of_editors(ServerFacts("Forum"))) == []
    assert list(of_editors(replace(SERVER, unseen=None))) == []
    assert Subject.BACKUPS not in {f.subject for f in of_storage(replace(STORAGE, schema=None))}


def test_what_is_wanted_so_is_fine():
    [backups] = [f for f in of_storage(replace(STORAGE, backup_every=None)) if "age" not in f.values
                 and f.subject is Subject.BACKUPS]  # fmt: skip
    assert backups.problem is Note.NO_BACKUPS_WANTED
    assert backups.fine
    new = next(of_storage(replace(STORAGE, schema=None)))
    assert (new.problem, new.fine) == (Note.NO_DATABASE_YET, True)
    assert "casebook run" in TEXT.sentence(new)


def test_several_channels_each_have_a_line_and_fine_ones_share_one():
    closed = replace(PLACE, missing=("View Channel",))
    facts = replace(SERVER, places=(closed, replace(closed, name="#law"), PLACE))
    lines = [TEXT.line(f) for f in of_server(facts) if f.subject is Subject.CHANNELS]
    assert len(lines) == 2
    [line] = [TEXT.line(f) for f in of_server(SERVER) if f.subject is Subject.CHANNELS]
    assert "2 checked" in line


def test_every_sentence_takes_only_names():
    for form in [*english_doctor._FINE.values(), *english_doctor._SAID.values()]:
        assert all(name is None or name.isidentifier() for _, name, *_ in Formatter().parse(form))
    assert set(english_doctor._FINE) == set(english_doctor._SUBJECTS) == set(Subject)
    assert set(english_doctor._SAID) == {*Problem, *Note}


CASE = {
    "name": "case", "type": 1, "description": "Find a case", "dm_permission": True, "nsfw": False,
    "default_member_permissions": None, "contexts": [0, 1, 2], "integration_types": [0, 1],
    "options": [{"type": 3, "name": "query", "description": "What", "required": True,
                 "autocomplete": True, "choices": []}],
}  # fmt: skip
SETTINGS = {"name": "settings", "type": 1, "description": "S", "default_member_permissions": 32}
REGISTERED = {
    **CASE, "id": "1", "application_id": "2", "version": "3", "dm_permission": None,
    "name_localizations": None,
    "options": [{"type": 3, "name": "query", "description": "What", "required": True,
                 "autocomplete": True, "name_localizations": None}],
}  # fmt: skip


def test_commands_are_the_same_whatever_discord_adds():
    there = [REGISTERED, {**SETTINGS, "default_member_permissions": "32", "id": "9"}]
    assert differing_commands([CASE, SETTINGS], there) == ()


@pytest.mark.parametrize(
    ("registered", "differing"),
    [
        ([], ("case",)),
        ([{**REGISTERED, "description": "Another"}], ("case",)),
        ([{**REGISTERED, "contexts": [0]}], ("case",)),
        ([{**REGISTERED, "options": []}], ("case",)),
        ([{**REGISTERED, "options": REGISTERED["options"] * 2}], ("case",)),
        ([REGISTERED, {"name": "old", "type": 1}], ("old",)),
        ([REGISTERED, {**REGISTERED, "type": 3}], ("case",)),
        ([{**REGISTERED, "default_member_permissions": "8"}], ("case",)),
    ],
)
def test_commands_that_differ_are_named(registered, differing):
    assert differing_commands([CASE], registered) == differing
