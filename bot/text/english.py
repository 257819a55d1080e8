"""The English sentences."""

import datetime as dt
from collections.abc import Sequence

from bot.domain.dates import PartialDate
from bot.domain.vocabulary import (
    Level,
    Relation,
    RemedyKind,
    Result,
    Role,
    Status,
    Topic,
)
from bot.text.english_announcements import EnglishAnnouncements
from bot.text.english_doctor import EnglishDoctor
from bot.text.english_editors import EnglishEditors
from bot.text.english_privacy import EnglishPrivacy

_RESULTS = {
    Result.COPYRIGHT_RECOGNISED: "Copyright recognised",
    Result.COPYRIGHT_DENIED: "Copyright denied",
    Result.INVENTOR_ACCEPTED: "AI accepted as inventor",
    Result.INVENTOR_DENIED: "AI not accepted as inventor",
    Result.INFRINGEMENT_FOUND: "Infringement found",
    Result.NO_INFRINGEMENT: "No infringement",
    Result.FAIR_USE: "Fair use",
    Result.NOT_FAIR_USE: "Not fair use",
    Result.EXCEPTION_APPLIES: "Exception applies",
    Result.EXCEPTION_DENIED: "Exception does not apply",
    Result.PARTLY_GRANTED: "Granted in part",
    Result.DISMISSED: "Dismissed",
    Result.PARTLY_DISMISSED: "Dismissed in part",
    Result.SETTLEMENT_APPROVED: "Settlement approved",
    Result.REFERRED: "Referred to another court",
    Result.PROCEDURAL: "Procedural step",
}

_STATUSES = {
    Status.PENDING: "pending",
    Status.DECIDED: "decided, an appeal may follow",
    Status.ON_APPEAL: "on appeal",
    Status.SETTLED: "settled",
    Status.DISMISSED: "dismissed",
    Status.WITHDRAWN: "withdrawn",
    Status.FINAL: "final",
}

_LEVELS = {
    Level.FIRST_INSTANCE: "first instance",
    Level.APPEAL: "appeal",
    Level.SUPREME: "highest court",
    Level.AGENCY: "agency",
    Level.REFERENCE: "preliminary reference",
}

_TOPICS = {
    Topic.AUTHORSHIP: "authorship",
    Topic.INVENTORSHIP: "inventorship",
    Topic.TRAINING: "training",
    Topic.OUTPUT: "output",
    Topic.PLATFORM_LIABILITY: "platform liability",
    Topic.RIGHTS_INFORMATION: "rights information",
    Topic.TEXT_AND_DATA_MINING: "text and data mining",
    Topic.TRADEMARK: "trade marks",
    Topic.LIKENESS: "likeness and voice",
    Topic.CONTRACT: "contract",
    Topic.TRADE_SECRET: "trade secrets",
    Topic.UNFAIR_COMPETITION: "unfair competition",
    Topic.MORAL_RIGHTS: "moral rights",
    Topic.EVIDENCE: "evidence",
}

_ROLES = {
    Role.PLAINTIFF: "plaintiff",
    Role.DEFENDANT: "defendant",
    Role.APPLICANT: "applicant",
    Role.RESPONDENT: "respondent",
    Role.APPELLANT: "appellant",
    Role.AUTHORITY: "authority",
    Role.INTERVENER: "intervener",
}

_REMEDIES = {
    RemedyKind.DAMAGES: "damages",
    RemedyKind.COSTS: "costs",
    RemedyKind.SETTLEMENT: "settlement",
    RemedyKind.INJUNCTION: "injunction",
    RemedyKind.FINE: "fine",
}

_RELATIONS = {
    Relation.APPEAL_OF: "appeal of",
    Relation.PARALLEL: "parallel to",
    Relation.FOLLOWS: "follows",
    Relation.CONTRASTS: "contrasts with",
    Relation.COMPARE: "compare",
    Relation.SAME_PARTIES: "same parties as",
}

_LANGUAGES = {
    "ar": "Arabic",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class English(EnglishAnnouncements, EnglishPrivacy):
    """The sentences of the bot, each a method that takes what it mentions."""

    locale = "en-GB"
    own_language = "en"
    """The language whose sources need no note of their language."""

    def __init__(self) -> None:
        self.editors = EnglishEditors(self)
        """The sentences about keeping the records."""
        self.doctor = EnglishDoctor(self.failure)
        """The sentences of an examination."""

    # Terms of a record

    def result(self, result: Result) -> str:
        """What was decided, to stand alone: `Copyright recognised`."""
        return _RESULTS[result]

    def status(self, status: Status) -> str:
        """Where a case stands, to follow a noun: `pending`."""
        return _STATUSES[status]

    def level(self, level: Level) -> str:
        """The rank of a court: `first instance`."""
        return _LEVELS[level]

    def topic(self, topic: Topic) -> str:
        """A topic: `text and data mining`."""
        return _TOPICS[topic]

    def role(self, role: Role) -> str:
        """A party's role: `plaintiff`."""
        return _ROLES[role]

    def relation(self, relation: Relation) -> str:
        """How a case bears on another, before its caption: `contrasts with`."""
        return _RELATIONS[relation]

    def language(self, tag: str) -> str:
        """A language's name; a rare one reads as its tag."""
        return _LANGUAGES.get(tag.partition("-")[0], tag)

    def date(self, date: PartialDate) -> str:
        """A date that cannot be misread: `27 Nov 2023`, `Nov 2023`, `2023`."""
        first: dt.date = date.earliest
        month = _MONTHS[first.month - 1]
        match date.precision:
            case "day":
                return f"{first.day} {month} {first.year}"
            case "month":
                return f"{month} {first.year}"
            case _:
                return str(first.year)

    def remedy(self, kind: RemedyKind, amount: str | None, currency: str | None) -> str:
        """A remedy: `CNY 500 damages`, `injunction`, `damages (amount not stated)`."""
        name = _REMEDIES[kind]
        if amount is None:
            return name if kind is RemedyKind.INJUNCTION else f"{name} (amount not stated)"
        whole, point, fraction = amount.partition(".")
        grouped = f"{int(whole):,}{point}{fraction}"
        return f"{currency} {grouped} {name}" if currency else f"{grouped} {name}"

    # The answer to /case

    undecided = "No ruling yet"
    holding = "What was held"
    remedies = "Ordered"
    docket = "Docket number"
    citations = "Cited as"
    judges = "Judges"
    parties = "Parties"
    ai_systems = "AI systems"
    works = "Works"
    topics = "Topics"
    also_known_as = "Also known as"
    related_cases = "Related cases"
    sources = "Sources"
    see_full_record = "See “Full record”"
    unencrypted = "unencrypted link, see “Full record”"
    primary_source = "decision or docket"
    summary = "Summary"
    rulings = "Rulings"

    def earlier_ruling(self, date: str, court: str) -> str:
        """The heading of a ruling before the one shown in full."""
        return f"Earlier: {date} · {court}" if date else f"Earlier: {court}"

    def later_ruling(self, date: str, court: str) -> str:
        """The heading of a ruling after the one shown in full."""
        return f"Later: {date} · {court}" if date else f"Later: {court}"

    def more(self, count: int) -> str:
        """Closes a list of which `count` entries do not fit."""
        return f"and {count} more"

    def part_of(self, name: str) -> str:
        """A text of which only the beginning is shown: `part of “Summary”`."""
        return f"part of “{name}”"

    def counted(self, count: int, name: str) -> str:
        """How many entries of a list are missing: `4 of “Sources”`."""
        return f"{count} of “{name}”"

    def filed_on(self, date: str) -> str:
        """When a case began."""
        return f"Filed {date}"

    def case_status(self, status: Status) -> str:
        """Where a case stands, to close a line: `Status: pending`."""
        return f"Status: {_STATUSES[status]}"

    def footer(self, as_of: str) -> str:
        """The last line of every answer."""
        return f"As of {as_of} · Not legal advice · Other courts may decide differently"

    def left_out(self, parts: Sequence[str]) -> str:
        """Says what an answer had no room for, and where to read it."""
        return f"No room here for: {', '.join(parts)}. “Full record” has everything."

    def case_line(self, caption: str, rest: Sequence[str]) -> str:
        """The plain line above an embed: caption, court, date and result."""
        return " · ".join([f"**{caption}**", *rest])

    def cases_fit(self, total: int, *, or_more: bool) -> str:
        """Several cases fit; the first of them follows in full."""
        number = f"{total} or more" if or_more else total
        return f"{number} cases fit; this is the closest. The others are in the list below."

    def fits_placeholder(self, shown: int, total: int, *, or_more: bool) -> str:
        """The select of cases that fit."""
        if shown < total:
            number = f"{total} or more" if or_more else total
            return f"Other matches: the closest {shown} of {number}"
        return f"All {total} cases that fit"

    related_placeholder = "Related cases"
    full_record = "Full record"
    delete = "Delete"
    read_decision = "Decision"

    def did_you_mean(self) -> str:
        """None of the near cases is sure."""
        return "I am not sure which case you mean. Is it one of these?"

    did_you_mean_placeholder = "Choose the case you mean"

    def nothing_found(self, *, near: bool) -> str:
        """No case fits; near names may follow as buttons."""
        if near:
            return "Nothing in the catalogue fits that. The nearest names are these:"
        return (
            "Nothing in the catalogue fits that. Try a party, a court, a work, an AI system or a "
            "docket number, for example `beijing`, `getty` or `1:22-cv-01564`."
        )

    case_gone = "This case is no longer in the catalogue, or not in this server's."

    def withdrawn_case(self, caption: str) -> str:
        """The case was removed by its editors."""
        return f"**{caption}** was withdrawn from the catalogue."

    # Deleting an answer

    only_asker_deletes = (
        "Only the person who asked, or somebody who can manage messages here, can delete this."
    )

    # Errors

    def cooldown(self, seconds: int) -> str:
        """Somebody asks too often."""
        unit = "second" if seconds == 1 else "seconds"
        return f"That was quick. Please wait {seconds} {unit} and ask again."

    def failed(self, reference: str) -> str:
        """Something broke that the person cannot mend."""
        return (
            "That did not work, and it is not your fault. Please try again; if it fails again, "
            f"tell whoever runs this bot the reference `{reference}`."
        )

    records_away = (
        "The records cannot be reached right now, so nothing was changed or looked up there. "
        "Please try again in a few minutes; `/case` still answers."
    )
    not_allowed = "You may not use this here."
    outdated_command = (
        "This command has changed since your Discord loaded it. Restart Discord, or try again in "
        "a minute."
    )
    unknown_component = (
        "This button belongs to an older version of the bot. Please run the command again."
    )

    # Commands as Discord shows them

    case_command = "Look up a ruling on AI and copyright (everybody)"
    case_query = "A party, court, work, AI system, nickname or docket number, in any language"
    case_private = "Show the answer only to you"
    help_command = "What this bot knows and how to ask it (everybody)"

    def help(self, cases: int) -> str:
        """The answer to /help."""
        return (
            f"**Casebook** looks up rulings on AI and copyright; it knows {cases:,} cases.\n\n"
            "`/case` takes whatever you remember: a party (`getty`), a court (`beijing`), "
            "a work (`zarya`), an AI system (`midjourney`), a nickname (`monkey selfie`), a "
            "docket number (`1:22-cv-01564`) or a name in its own script (`春风送来了温柔`). "
            "Spelling need not be exact.\n"
            "• Suggestions appear while you type; pick one or just press Enter.\n"
            "• `private: True` shows the answer only to you.\n"
            "• Below an answer, lists lead to other matches and related cases, “Full record” "
            "gives you everything as a file, and “Delete” removes an answer that you asked for.\n"
            "• `/suggest` tells the editors of a case that is missing, and “Report a mistake” "
            "below an answer what is wrong in it.\n\n"
            "The bot looks at no messages but its own, and keeps nothing of what you ask; "
            "`/privacy` shows what it does keep about you and deletes it. It is not legal advice: "
            "follow the links to the decisions."
        )
