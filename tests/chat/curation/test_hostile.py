"""Whatever is typed into a form: a clear sentence, nothing that pings, nothing beyond a limit."""

import datetime as dt
import json
from dataclasses import dataclass

import discord
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat import limits
from bot.chat.curation.conflict import conflict_embed, conflict_options, conflict_view
from bot.chat.curation.draft_forms import DRAFT_FORMS
from bot.chat.curation.draft_view import (
    discard_view,
    entry_view,
    list_view,
    parties_view,
    preview_view,
)
from bot.chat.curation.entries import entries_of
from bot.chat.curation.form import Filled
from bot.chat.curation.history import history_embed, history_view
from bot.chat.curation.preview import preview_message
from bot.domain.courts import Courts
from bot.domain.differences import differences
from bot.domain.drafts import (
    Draft,
    advice_on_draft,
    fields_of,
    preview_of,
    problems_of_draft,
    with_defaults,
)
from bot.domain.forms import BasicsForm, typed_in
from bot.domain.merge import merge
from bot.domain.permissions import Actor
from bot.domain.problems import InvalidRecordError, Severity
from bot.domain.records import PUBLIC, new_id, to_document
from bot.domain.revisions import Author, ChangeKind, Revision
from bot.search import CaseIndex
from bot.services.catalogue import Catalogue
from bot.services.curation.drafting import DraftView
from bot.services.curation.knowledge import Likeness, Lookalike
from bot.services.curation.records import HistoryEntry, HistoryPage
from bot.text import text_for
from tests.chat.curation.conftest import said
from tests.chat.curation.test_permissions import submit
from tests.chat.test_case_embed import broken_components
from tests.samples import document, ruling, source
from tests.strategies import HOSTILE, SOAK, as_case, cases, examples, nasty, typed

TEXT = text_for("en-GB")
NOW = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
EMPTY = Catalogue([], CaseIndex(), 1)
anything = st.one_of(typed, nasty, st.just("")).map(lambda text: text[:4000])


@dataclass
class Rows:
    """A view's rows, with a description where an option has none, which the check wants."""

    rows: list

    def to_components(self):
        return self.rows


def check_components(view: discord.ui.View) -> None:
    rows = view.to_components()
    for part in (part for row in rows for part in row["components"]):
        for option in part.get("options", ()):
            option.setdefault("description", "-")
    assert not list(broken_components(Rows(rows)))


def check_embed(embed: discord.Embed | None, content: str) -> None:
    assert 0 < limits.size(content) <= limits.CONTENT
    if embed is None:
        return
    data = embed.to_dict()
    sizes = [data.get("title", ""), data.get("description", "")]
    sizes += [text for field in data.get("fields", ()) for text in (field["name"], field["value"])]
    sizes.append(data.get("footer", {}).get("text", ""))
    assert limits.size(data.get("description", "")) <= limits.EMBED_DESCRIPTION
    assert sum(map(limits.size, sizes)) <= limits.EMBED_TOTAL


def view_of(fields, typed_forms=(), case_id=None):
    whole = with_defaults(fields, NOW.date())
    draft = Draft(new_id(), 1, 2, PUBLIC, case_id, None, fields, dict(typed_forms), NOW, NOW)
    found = [*problems_of_draft(whole, draft.typed), *advice_on_draft(whole)]
    alike = tuple(Lookalike(new_id(), HOSTILE[n % 5] * 9, Likeness.SOURCE) for n in range(30))
    return DraftView(
        draft,
        preview_of(whole),
        tuple(p for p in found if p.severity is Severity.ERROR),
        tuple(p for p in found if p.severity is Severity.ADVICE),
        alike,
    )


def check_draft(view, problems=()):
    message = preview_message(view, problems, EMPTY, TEXT)
    check_embed(message.embed, message.content)
    check_components(preview_view(view, TEXT))
    draft = view.draft
    for name in ("rulings", "sources", "related"):
        for page in (1, 2, 9):
            entries = entries_of(draft.fields, name, page, TEXT)
            check_components(list_view(draft.id, name, entries, TEXT))
        check_components(entry_view(draft.id, name, 49, TEXT))
    check_components(parties_view(draft.id, TEXT))
    check_components(discard_view(draft.id, TEXT))


def long_case():
    """As long as a record may be, in every list."""
    words = "".join(HOSTILE)
    long = [words[n * 7 : n * 7 + 900] for n in range(50)]
    return as_case(
        document(
            "long",
            title=words[:4000],
            aliases=long,
            works=long,
            parties=[{"name": name, "role": "plaintiff"} for name in long],
            rulings=[ruling(holding=words[:4000], court=text, citations=long) for text in long],
            sources=[source(f"http://x.example/{n}", title=long[n]) for n in range(50)],
        )
    )


SOME_CASES = st.sampled_from([None, as_case(document()), long_case()])


@settings(max_examples=examples(15, 2000), deadline=None)
@given(data=st.data())
def test_every_form_takes_anything_and_its_preview_keeps_the_limits(data):
    case = data.draw((SOME_CASES | cases) if SOAK else SOME_CASES)
    fields = {} if case is None else fields_of(case)
    typed_forms, problems = {}, []
    names = st.lists(st.sampled_from(sorted(DRAFT_FORMS)), min_size=1, max_size=5, unique=True)
    for name in data.draw(names):
        form = DRAFT_FORMS[name]
        list_name = {"ruling": "rulings", "holding": "rulings", "source": "sources"}.get(name)
        entries = fields.get(list_name or "", [])
        argument = {"parties": "plaintiff"}.get(name, "-")
        if list_name:
            argument = str(len(entries) - 1) if entries else "new"
        if name == "holding" and not entries:
            continue
        shown = form.shown(fields, {}, argument, TEXT.editors)
        assert 1 <= len(shown) <= limits.FORM_PARTS
        values = {}
        for field in shown:
            if hasattr(field, "options"):
                values[field.key] = tuple(
                    data.draw(
                        st.lists(
                            st.sampled_from(field.options).map(lambda pair: pair[0]),
                            max_size=field.most,
                        )
                    )
                )
            elif data.draw(st.booleans()):
                values[field.key] = data.draw(anything)
        filled = Filled(values)
        for each in form.understood(fields, argument, filled):
            found = each.fill(fields, Courts(()))
            problems += found
            if found:
                typed_forms[each.name] = typed_in(each)
    json.dumps(fields)
    check_draft(view_of(fields, typed_forms), problems)
    for name, texts in typed_forms.items():
        again = DRAFT_FORMS[name].shown(
            fields, texts, "0" if name in ("ruling", "holding", "source") else "-",
            TEXT.editors,
        )  # fmt: skip
        assert again


@settings(max_examples=examples(6, 1000), deadline=None)
@given(one=cases, other=cases, base=cases)
def test_histories_and_conflicts_keep_the_limits(one, other, base):
    author = Author(2**63, 2)
    revision = Revision(
        new_id(), 99999, 5, ChangeKind.SHIPPED, NOW, author, HOSTILE[0] * 9,
        to_document(one), to_document(other),
    )  # fmt: skip
    entry = HistoryEntry(revision, tuple(differences(one, other)))
    page = HistoryPage(new_id(), one.title, True, (entry,) * 5, 2, 3)
    check_embed(history_embed(page, 1, TEXT), "-")
    items = history_view(page, TEXT)
    assert len(items.children) == 3
    try:
        conflicts = merge(base, one, other).conflicts
    except InvalidRecordError:
        return
    check_embed(conflict_embed(conflicts, "Yours", "Theirs", TEXT), "-")
    if conflicts:
        check_components(conflict_view(new_id(), conflicts, TEXT))
        assert all(0 < len(o.value) <= 100 for o in conflict_options(conflicts, "T", TEXT))


TYPED = [
    *HOSTILE,
    "06/07/2025",
    "\ud800",
    "\x00",
    "1" * 4000,
    "a\n" * 1999,
    "https://" + "a" * 3000,
    "999999999999999999999999 USD damages",
    "31 Feb 2023",
]
FORMS = {
    "draft:form:n:-:basics:-": ("caption", "court", "decided_on", "summary", "link"),
    "draft:form:d:{}:names:-": ("caption", "native_caption", "aliases"),
    "draft:form:d:{}:summary:-": ("summary", "jurisdiction"),
    "draft:form:d:{}:parties:defendant": ("names",),
    "draft:form:d:{}:ruling:0": ("court", "decided_on", "docket_number", "citations", "judges"),
    "draft:form:d:{}:ruling:new": ("court", "decided_on"),
    "draft:form:d:{}:holding:0": ("holding", "remedies"),
    "draft:form:d:{}:subject:-": ("ai_systems", "works"),
    "draft:form:d:{}:state:-": ("filed_on", "as_of"),
    "draft:form:d:{}:source:0": ("link", "names", "published_on"),
    "draft:form:d:{}:source:new": ("link", "names", "published_on"),
    "draft:related:{}": ("query",),
    "draft:why:{}": ("reason",),
    "suggest:case": ("text", "link"),
}


@pytest.mark.parametrize("form", FORMS, ids=range(len(FORMS)))
@settings(
    max_examples=examples(4, 200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
async def test_forms_sent_to_the_bot_are_always_answered(town, form, data):
    boss = Actor(town.theo.id, town.guild.id, manages_server=True)
    for draft in await town.desk.drafting.drafts(boss):
        await town.desk.drafting.discard(boss, draft.id)
    basics = BasicsForm("Duan v. Wei", "X, France", "2025", "A.", "https://court.example/d")
    draft = (await town.desk.drafting.begin(boss, basics)).view.draft
    some = st.one_of(st.sampled_from(TYPED), anything)
    fields = {key: data.draw(some) for key in FORMS[form]}
    result = await submit(town, town.theo, form.format(draft.id), fields)
    assert said(result)
    assert "not your fault" not in said(result)
    for request in town.env.http_requests:
        assert "allowed_mentions" not in (request.json or {}) or not (
            request.json["allowed_mentions"].get("parse")
        )
    for record in town.catalogue.records(PUBLIC):
        record.case()
