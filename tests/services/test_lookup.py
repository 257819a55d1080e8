"""From what somebody typed to a reply, on the shipped catalogue."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from bot.domain.records import PUBLIC, Record, public_id, to_document
from bot.search import CaseIndex, entry_of
from bot.services.case_files import read_folder, shipped_folder
from bot.services.catalogue import Catalogue
from bot.services.lookup import CaseFound, Lookup, NothingFound, Unsure, Withdrawn
from bot.storage.cases import StoredCase
from tests.strategies import examples, typed

SERVER = 77


@pytest.fixture(scope="module")
def catalogue():
    index = CaseIndex()
    stored = []
    for file in read_folder(shipped_folder() / "cases"):
        record = Record(public_id(file.case.slug), PUBLIC, 1, to_document(file.case))
        index.put(entry_of(record.id, PUBLIC, file.case))
        stored.append(StoredCase(record, file.case.slug, withdrawn=False))
    return Catalogue(stored, index, 1)


@pytest.fixture(scope="module")
def lookup(catalogue):
    return Lookup(catalogue)


@pytest.mark.soak
@given(typed)
@settings(max_examples=examples(300, 10_000), deadline=None)
def test_anything_that_can_be_typed_has_a_reply(lookup, query):
    for text in (query, f"{query} · {query}", f"{query}…"):
        reply = lookup.ask(text, PUBLIC)
        assert isinstance(reply, CaseFound | Unsure | NothingFound | Withdrawn)
        assert len(lookup.suggest(text, SERVER)) <= 25


def test_the_fits_begin_with_the_shown_case_and_say_how_many_there_are(lookup):
    reply = lookup.ask("beijing", PUBLIC)
    assert isinstance(reply, CaseFound)
    assert reply.fits[0] == reply.line
    assert reply.total == len(reply.fits) == len(set(reply.fits))


def test_an_id_is_answered_with_its_case_alone(lookup):
    reply = lookup.ask(public_id("zarya-of-the-dawn"), PUBLIC)
    assert isinstance(reply, CaseFound)
    assert lookup.read(reply.line.id, PUBLIC).case.slug == "zarya-of-the-dawn"
    assert not reply.fits


def test_related_cases_are_those_that_exist(lookup):
    reply = lookup.ask("li v. liu", PUBLIC)
    assert isinstance(reply, CaseFound)
    answer = lookup.read(reply.line.id, PUBLIC)
    assert [link.line.id for link in answer.related] == [
        public_id(link.slug) for link in answer.case.related
    ]


def test_a_shown_name_is_recognised_even_if_it_was_cut(lookup):
    for suggested in lookup.suggest("", PUBLIC):
        for name in (f"{suggested.title} · 🇨🇳 x", f"{suggested.title[:50]}… · 🇨🇳 x · 2023"):
            if suggested.title.startswith(name.partition("…")[0].partition(" · ")[0]):
                reply = lookup.ask(name, PUBLIC)
                assert isinstance(reply, CaseFound)
                assert reply.line.title == suggested.title


def test_nothing_of_another_server_is_ever_seen(catalogue):
    case = catalogue.get(public_id("zarya-of-the-dawn"), PUBLIC).case()
    own = case.model_copy(
        update={"slug": "own", "title": "Quux v. Zyzzyva", "aliases": ("Grault",)}
    )
    record = Record("a" * 13, SERVER, 1, to_document(own))
    catalogue.apply([StoredCase(record, "own", withdrawn=False)], 2)
    lookup = Lookup(catalogue)
    try:
        mine = lookup.ask("quux zyzzyva", SERVER)
        assert isinstance(mine, CaseFound)
        assert mine.line.id == record.id
        assert record.id in {line.id for line in lookup.suggest("grault", SERVER)}
        for scope in (PUBLIC, SERVER + 1):
            assert lookup.open(record.id, scope) is None
            assert record.id not in {line.id for line in lookup.suggest("grault", scope)}
            reply = lookup.ask("quux zyzzyva", scope)
            lines = reply.lines if isinstance(reply, Unsure) else reply.near
            assert record.id not in {line.id for line in lines}
            assert lookup.count(scope) == lookup.count(SERVER) - 1
    finally:
        gone = replace(record, revision=2)
        catalogue.apply([StoredCase(gone, "own", withdrawn=True)], 3)
    assert isinstance(lookup.open(record.id, SERVER), Withdrawn)
    assert lookup.open(record.id, PUBLIC) is None


def test_a_hidden_case_is_passed_over_as_if_it_were_not_there(catalogue, monkeypatch):
    lookup = Lookup(catalogue)
    shown = lookup.ask("thaler", SERVER)
    hidden = frozenset({shown.line.id})
    monkeypatch.setattr(
        catalogue, "hidden", lambda scope: hidden if scope == SERVER else frozenset()
    )
    lookup = Lookup(catalogue)
    reply = lookup.ask("thaler", SERVER)
    assert reply.line == shown.fits[1]
    assert reply.total == shown.total - 1
    assert lookup.ask("thaler", PUBLIC).total == shown.total
    assert hidden.isdisjoint(line.id for line in lookup.suggest("", SERVER))
    assert len(lookup.suggest("", SERVER)) == len(lookup.suggest("", PUBLIC)) == 25
