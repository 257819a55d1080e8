"""The English sentences that editors read, and people who suggest something to them."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.domain.permissions import Refusal
from bot.domain.revisions import ChangeKind
from bot.domain.suggestions import SuggestionKind
from bot.domain.vocabulary import Level, Relation, Result, Role, SourceKind, Status, Topic

if TYPE_CHECKING:
    from bot.text.english import English

_FIELDS = {
    "title": "caption",
    "native_title": "caption in the court's language",
    "aliases": "alias",
    "landmark": "landmark",
    "jurisdiction": "country",
    "parties": "party",
    "topics": "topic",
    "ai_systems": "AI system",
    "works": "work",
    "filed_on": "filing date",
    "status": "status",
    "as_of": "state as of",
    "summary": "summary",
    "rulings": "ruling",
    "court": "court",
    "native_court": "court's native name",
    "level": "rank of the court",
    "decided_on": "decision date",
    "docket_number": "docket number",
    "citations": "citation",
    "judges": "judge",
    "result": "result",
    "holding": "holding",
    "remedies": "remedy",
    "related": "related case",
    "relation": "relation",
    "sources": "source",
    "url": "link",
    "link": "link",
    "publisher": "publisher",
    "language": "language",
    "kind": "kind",
    "published_on": "publication date",
    "slug": "short name",
    "name": "name",
    "role": "role",
    "amount": "amount",
    "currency": "currency",
}
_FORMS = {
    "basics": "first form",
    "names": "caption and aliases",
    "summary": "summary",
    "ruling": "ruling",
    "holding": "holding and remedies",
    "state": "status and dates",
    "source": "source",
    "subject": "topics and AI systems",
}
_TITLES = {"basics": "Add a case", "related": "Related case", "parties": "Parties"}
_LANGUAGES = (
    *("en", "zh", "de", "fr", "ja", "ko", "es", "it", "pt", "nl", "pl", "cs"),
    *("da", "sv", "hu", "ru", "uk", "tr", "ar", "he", "hi", "vi"),
)
_UNDO = "`/catalogue undo`."
_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")

_KINDS = {
    ChangeKind.ADDED: "added",
    ChangeKind.EDITED: "edited",
    ChangeKind.REMOVED: "removed",
    ChangeKind.RESTORED: "restored",
    ChangeKind.UNDONE: "undone",
    ChangeKind.IMPORTED: "imported",
    ChangeKind.SHIPPED: "updated with the bot",
}

_REFUSALS = {
    Refusal.NO_SERVER: (
        "Records are kept in a server that added this bot, not here. Run the command in your "
        "server."
    ),
    Refusal.NOT_AN_EDITOR: (
        "Only editors may do this: people with Manage Server, or with the editor role. Ask a "
        "moderator to run `/settings editors`, or tell the editors with `/suggest`."
    ),
    Refusal.NOT_CURATED_HERE: (
        "This case belongs to the public catalogue, which is not kept in this server. Report what "
        "is wrong with the button under the case, or hide it here with `/catalogue hide`."
    ),
    Refusal.NOT_THE_OWNER: (
        "Nobody curates the public catalogue, so only this bot's owner settles that."
    ),
}


class EnglishEditors:
    """Sentences about keeping the records, each a method that takes what it mentions.

    Args:
        terms: names the words of a record.
    """

    def __init__(self, terms: "English") -> None:
        self._terms = terms

    # Choices from vocabularies, as value and name

    def results(self) -> list[tuple[str, str]]:
        """What a ruling may decide."""
        return [(each.value, self._terms.result(each)) for each in Result]

    def levels(self) -> list[tuple[str, str]]:
        """The ranks of courts."""
        return [(each.value, self._terms.level(each).capitalize()) for each in Level]

    def statuses(self) -> list[tuple[str, str]]:
        """Where a case may stand."""
        return [(each.value, self._terms.status(each).capitalize()) for each in Status]

    def topics(self) -> list[tuple[str, str]]:
        """What a case may be about."""
        return [(each.value, self._terms.topic(each).capitalize()) for each in Topic]

    def relations(self) -> list[tuple[str, str]]:
        """How a case may bear on another."""
        return [(each.value, self._terms.relation(each).capitalize()) for each in Relation]

    def relation_word(self, word: str) -> str:
        """A relation by its word in the record."""
        return next((name for value, name in self.relations() if value == word), word)

    def source_kinds(self) -> list[tuple[str, str]]:
        """What a source may be."""
        return [
            (SourceKind.PRIMARY.value, "The decision or docket itself"),
            (SourceKind.SECONDARY.value, "A report about it"),
        ]

    def languages(self, stored: str) -> list[tuple[str, str]]:
        """Languages of pages, with the one that is stored even where it is a rare one."""
        tags = [*_LANGUAGES, stored] if stored and stored not in _LANGUAGES else _LANGUAGES
        return [(tag, self._terms.language(tag)) for tag in tags]

    def yes_or_no(self) -> list[tuple[str, str]]:
        """For a landmark."""
        return [("yes", "Yes, show it first where several fit"), ("no", "No")]

    def roles(self, role: Role) -> str:
        """Everybody with a role: `Plaintiffs`."""
        name = self._terms.role(role).capitalize()
        return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"

    # Places of a record

    def place(self, place: str) -> str:
        """A field in words: `ruling 1, result`; the record as a whole where it is empty."""
        if not place:
            return "the record"
        if place in _FORMS:
            return f"the form “{_FORMS[place]}”"
        steps = place.split(".")
        if len(steps) > 1 and steps[0] in _FORMS and "[" not in steps[0]:
            steps = steps[1:]
        return ", ".join(_step(step) for step in steps)

    def problem(self, place: str, message: str, mend: str) -> str:
        """What is wrong, and what to do."""
        where = self.place(place)
        return f"{where[0].upper()}{where[1:]}: {message}; {mend}."

    # Which catalogue

    def catalogue(self, *, public: bool) -> str:
        """The catalogue that is written, in words."""
        if public:
            return "the **public catalogue**, which every server sees"
        return "**this server's own cases**, which no other server sees"

    def goes_to(self, *, public: bool) -> str:
        """Stands above a form: where it will be published."""
        return f"For {self.catalogue(public=public)}."

    # Drafts

    def preview(self, *, public: bool, edit: bool) -> str:
        """The first line of a preview."""
        what = "Edit of a case in" if edit else "New case for"
        return f"**Preview**, only you see this. {what} {self.catalogue(public=public)}."

    blocks = "**Needed before it can be published**"
    better = "**Could be better** (it can be published as it is)"
    nothing_missing = "Nothing is missing."
    answer_will_be = "**This is what `/case` will answer:**"
    too_little = "Too little is there to show an answer yet."
    looks_like = "**It looks like a case that is there.** Is it this one? See the list below."
    lookalike_placeholder = "Is it one of these? Choose to look at it"
    same_caption = "Almost the same caption"
    same_docket = "The same docket number"
    same_source = "The same source"
    edit_this_one = "It is this one: edit it instead"
    lookalike_note = (
        "This is the case in the catalogue. Your draft is kept: `/catalogue drafts` lists it."
    )

    def more_problems(self, count: int) -> str:
        """Closes a list of problems."""
        return f"• and {count} more"

    names_part = "Caption, aliases"
    summary_part = "Summary"
    parties_part = "Parties"
    subject_part = "Topics, AI systems"
    state_part = "Status, dates"
    ruling_part = "Ruling"
    holding_part = "Result, holding, remedies"
    rulings_part = "All rulings"
    sources_part = "Sources"
    related_part = "Related cases"
    publish = "Publish quietly"
    publish_with_reason = "Publish, say why"
    discard = "Discard"
    fix_it = "Fix it"
    back = "Back to the preview"
    back_to_list = "Back to the list"
    settle_placeholder = "Choose where the published text shall stay"
    add_entry = "Add one"
    edit_entry = "Edit"
    take_out = "Take out"
    newer = "◀ Newer"
    older = "Older ▶"
    previous = "◀ Previous"
    next = "Next ▶"
    result_placeholder = "What did the ruling decide?"
    level_placeholder = "How high is the court?"
    discarded = "The draft is gone. Nothing was published."
    discard_question = "Throw this draft away? What you typed will be gone."
    discard_yes = "Yes, throw it away"
    too_long_for_a_form = (
        "That text is too long for a form in Discord. Edit it in a file: `/catalogue export`, "
        "then `/catalogue import`."
    )

    def panel(self, name: str) -> str:
        """The heading of a list of entries."""
        headings = {
            "rulings": "Choose a ruling to edit or take out, or add one.",
            "sources": "Choose a source to edit or take out, or add one.",
            "related": "Choose a related case to take out, or add one.",
            "parties": "Choose whose names to edit.",
        }
        return headings[name]

    def entry_placeholder(self, page: int, pages: int) -> str:
        """The list of entries."""
        return "Choose one" if pages == 1 else f"Choose one (page {page} of {pages})"

    def drafts(self, count: int) -> str:
        """The heading of the list of drafts."""
        if not count:
            return "You have no drafts here. `/catalogue add` begins one."
        return f"You have {count} {'draft' if count == 1 else 'drafts'} here. Choose one to go on."

    drafts_placeholder = "Choose a draft"
    untitled = "Without a caption"

    def draft_description(self, *, public: bool, edit: bool, saved: str) -> str:
        """A draft under its caption."""
        kind = "edit" if edit else "new case"
        where = "public catalogue" if public else "this server's own"
        return f"{kind} · {where} · saved {saved}"

    def published(self, caption: str, *, public: bool, merged: bool, new: bool) -> str:
        """A draft was published."""
        done = "is in" if new else "is changed in"
        also = " Somebody else's newer change was kept along with yours." if merged else ""
        return (
            f"**{caption}** {done} {self.catalogue(public=public)}. `/case` answers with it from "
            f"now on.{also} To take it back: `/catalogue undo`."
        )

    # Published cases

    remove_title = "Remove a case"
    revert_placeholder = "Bring a revision back"
    unhide_placeholder = "Show one again in this server"
    is_withdrawn = "removed from the catalogue"
    by_owner = "the bot or its owner"
    here = "in this server"
    elsewhere = "elsewhere"
    not_undone = (
        "These stay as they are, since somebody changed the same since. `/catalogue history` "
        "brings an old text back:"
    )

    def alias_added(self, alias: str, caption: str, *, public: bool) -> str:
        """An alias was added."""
        where = self.catalogue(public=public)
        return f"“{alias}” finds **{caption}** from now on, in {where}. To take it back: " + _UNDO

    def removal(self, caption: str, *, public: bool) -> str:
        """What removing a case does."""
        return (
            f"This removes **{caption}** from {self.catalogue(public=public)}. Old links and "
            "buttons will say that it was withdrawn. `/catalogue restore` brings it back."
        )

    def removed(self, caption: str, *, public: bool) -> str:
        """A case was removed."""
        return (
            f"**{caption}** is removed from {self.catalogue(public=public)}. "
            "`/catalogue restore` brings it back."
        )

    def restored(self, caption: str, *, public: bool) -> str:
        """A case, or an old text of it, is back."""
        return f"**{caption}** is back in {self.catalogue(public=public)}. To undo that: {_UNDO}"

    def undone(self, count: int, *, public: bool) -> str:
        """Changes were taken back."""
        cases = "One case" if count == 1 else f"{count:,} cases"
        verb = "stands" if count == 1 else "stand"
        return f"{cases} in {self.catalogue(public=public)} {verb} as before that change:"

    undo_again = "`/catalogue undo` once more brings the change back."

    def hidden(self, count: int) -> str:
        """Which public cases a server does not show."""
        if not count:
            return "This server shows every public case."
        cases = "one public case" if count == 1 else f"{count} public cases"
        return f"This server does not show {cases}; other servers do not notice."

    def history_of(self, caption: str) -> str:
        """Stands above a history."""
        return f"Who changed **{caption}**, newest first. Only you see this."

    def page(self, page: int, pages: int) -> str:
        """Which page it is."""
        return f"Page {page} of {pages}"

    def revision(self, number: int, kind: str, when: str, who: str) -> str:
        """The heading of a revision."""
        return f"**{number} · {kind}** · {when} · {who}"

    def revision_option(self, number: int, kind: str) -> str:
        """A revision to choose."""
        return f"Revision {number} ({kind})"

    def change(self, place: str, before: str | None, after: str | None) -> str:
        """A field before and after."""
        if before is None:
            return f"• {place}: + {after}"
        if after is None:
            return f"• {place}: − {before}"
        return f"• {place}: {before} → {after}"

    # Conflicts

    conflict = (
        "**Somebody else changed the same while you were editing.** Nothing is published and "
        "nothing of yours is lost. Choose for each part whose text to keep, then publish."
    )
    mine = "Yours"
    theirs = "Theirs, published"
    keep_mine = "Keep all of mine"
    keep_theirs = "Keep all of theirs"
    absent = "(nothing)"
    editors_text = "Editors' text"
    shipped_text = "New with the bot"

    def choose_for(self, place: str) -> str:
        """A select for one conflict."""
        return f"Which text for: {self.place(place)}?"

    # The forms

    def form_title(self, name: str) -> str:
        """The title of a form."""
        title = _TITLES.get(name) or _FORMS[name]
        return title[0].upper() + title[1:]

    caption = "Caption"
    caption_example = "Li v. Liu"
    court = "Court, and its country if it is new here"
    court_example = "Tribunal judiciaire de Paris, France"
    decision_date = "Decision date"
    date_example = "27 Nov 2023, 2023-11 or 2023"
    summary = "Summary"
    summary_example = "Who sued whom, what was decided and why. Docket numbers are recognised."
    source_link = "Source link"
    link_example = "https://…"
    native_caption = "Caption in the court's language"
    aliases = "Aliases, one a line"
    aliases_example = "Nicknames, works, native names: what people type"
    country = "Country (name or code)"
    names_of_parties = "Names, one a line"
    docket_number = "Docket number"
    citations = "Citations, one a line"
    judges = "Judges, one a line"
    result = "Result"
    level = "Rank of the court"
    holding = "What was held"
    remedies = "What was ordered, one a line"
    remedies_example = "CNY 500 damages"
    topics_label = "Topics"
    ai_systems = "AI systems, one a line"
    works = "Works, one a line"
    status = "Status"
    landmark = "Landmark"
    filed_on = "Filed on"
    as_of = "State checked on"
    published_on = "Published on"
    title_and_publisher = "Title, then publisher, a line each"
    kind = "What it is"
    language = "Language of the page"
    related_case = "Which case"
    related_example = "A caption, docket number or nickname"
    relation = "This case … the other"
    reason = "Why (stands in the history)"
    reason_example = "Read in the court's press release"

    def which_related(self) -> str:
        """A related case was not sure."""
        return "I am not sure which case you mean. Choose it, or go back and try another name."

    # Commands as Discord shows them: what each does, and who may

    catalogue_command = "Keep the records of cases (editors)"
    add_command = "Add a case with a form; you see a preview before it is published (editors)"
    edit_command = "Edit any part of a case, with a preview before it is published (editors)"
    ruling_command = "Add a ruling to a case, such as an appeal (editors)"
    source_command = "Add a source to a case (editors)"
    drafts_command = "Go on with what you have not published yet (editors)"
    alias_command = "Add a name by which people find a case (editors)"
    remove_command = "Take a case out of the catalogue; it can be brought back (editors)"
    restore_command = "Bring a removed case back (editors)"
    history_command = "Who changed what in a case, when and why; bring an old text back (editors)"
    undo_command = "Take back your last change here, or the last one of a case (editors)"
    hide_command = "Do not show a public case in this server, or show it again (editors)"
    removed_option = "Type a name and choose the removed case"
    undo_option = "The case; empty for the last change that you made in this server"
    hide_option = "The public case; empty to see which are hidden"
    alias_option = "A nickname, a work or a native name"
    reason_option = "Why; it stands in the history"
    case_option = "Type a name and choose the case"

    # Errors

    def refusal(self, refusal: Refusal) -> str:
        """Why somebody may not."""
        return _REFUSALS[refusal]

    unknown_case = "There is no such case here. Choose one from the suggestions."
    unclear_case = (
        "I am not sure which case you mean. Type its name and choose it from the suggestions."
    )
    withdrawn_case = "That case was removed. Bring it back first with `/catalogue restore`."
    not_withdrawn = "That case is in the catalogue. `/catalogue history` brings old revisions back."
    unknown_revision = "There is no such revision of that case, or it is a removal."
    nothing_to_do = "Nothing to do: it is so already."
    overtaken = "Somebody changed that in the meantime. Have a look and try again."
    unknown_draft = (
        "That draft is not there any more: it was published or thrown away. `/catalogue drafts` "
        "lists what you have."
    )
    too_many_drafts = (
        "You have 25 drafts here, which is as many as one may have. Publish or discard one first: "
        "`/catalogue drafts`."
    )
    entry_gone = "That entry is not there any more. Run `/catalogue drafts` to see how it stands."
    unknown_suggestion = "There is no such suggestion in your queue."
    already_decided = "Another editor settled that first. `/catalogue queue` shows what is left."
    everybody = "Everybody has that role, so everybody would edit. Choose another one."
    not_public = "That is this server's own case. To take it away use `/catalogue remove`."

    def too_many_suggestions(self, when: str) -> str:
        """Somebody suggests too much."""
        return f"That is as many as one may send for now. The next one is taken {when}."

    def invalid(self, problems: Sequence[str]) -> str:
        """A change would not give a valid record."""
        return "That cannot be stored: " + " ".join(problems)

    def kind_of(self, kind: ChangeKind) -> str:
        """What a revision did: `edited`."""
        return _KINDS[kind]

    def suggestion_kind(self, kind: SuggestionKind) -> str:
        """What a suggestion is about."""
        return "Missing case" if kind is SuggestionKind.CASE else "Mistake"


def _step(step: str) -> str:
    found = _STEP.fullmatch(step)
    if found is None:
        return step
    name, index = found.groups()
    word = _FIELDS.get(name, name.replace("_", " "))
    return f"{word} {int(index) + 1}" if index is not None else word
