"""The English sentences about what is kept of a person."""

from bot.domain.retention import PersonalData


class EnglishPrivacy:
    """Sentences about privacy, each a method that takes what it mentions."""

    privacy_command = "What this bot keeps about you, and how to have it deleted (everybody)"
    forget_me_command = "Have deleted what this bot keeps about you (everybody)"
    forget_me = "Forget me"
    forget_me_surely = "Yes, forget me"
    nothing_kept = (
        "This bot keeps nothing about you. What you look up and ask is never kept, whether "
        "publicly or privately."
    )

    def kept_about_you(self, kept: PersonalData) -> str:
        """What is kept about who asks."""
        return (
            "**What this bot keeps about you**\n"
            f"{_listed(_own(kept) + _of_others(kept))}\n"
            "What you look up and ask is never kept."
        )

    def forget_you(self, kept: PersonalData) -> str:
        """Asked once before somebody is forgotten."""
        return (
            f"**Shall the bot forget you?**\n{_what_happens(kept, 'is deleted', 'stays')}\n"
            "This cannot be undone."
        )

    def forgotten_now(self, kept: PersonalData) -> str:
        """Somebody was forgotten."""
        return (
            f"**You are forgotten.**\n{_what_happens(kept, 'was deleted', 'stayed')}\n"
            "Backups that whoever runs this bot has made keep it until newer ones replace them."
        )

    def forgotten_today(self, when: str) -> str:
        """Somebody wants to be forgotten twice in a day."""
        return (
            f"You were forgotten within the last day. What you left since can be deleted {when}; "
            "`/follow remove` and *Discard* on a draft work at any time."
        )

    a_former_editor = "a former editor"
    somebody_forgotten = "somebody who asked to be forgotten"


def _what_happens(kept: PersonalData, deleted: str, stays: str) -> str:
    parts: list[str] = []
    if own := _own(kept):
        parts.append(f"This {deleted}:\n{_listed(own)}")
    if of_others := _of_others(kept):
        parts.append(f"This {stays}, without your name:\n{_listed(of_others)}")
    return "\n".join(parts)


def _own(kept: PersonalData) -> list[str]:
    return [
        *_line(kept.follows, "thing that you follow", "things that you follow"),
        *_line(
            kept.messages,
            "note of a direct message about it",
            "notes of direct messages about them",
        ),
        *_line(kept.drafts, "draft", "drafts"),
    ]


def _of_others(kept: PersonalData) -> list[str]:
    return [
        *_line(kept.suggestions, "suggestion to editors", "suggestions to editors"),
        *_line(
            kept.revisions,
            "change of a case, in the history that editors see",
            "changes of cases, in the histories that editors see",
        ),
        *_line(
            kept.other_actions,
            "other thing that you did as an editor (announced, subscribed, settled or set)",
            "other things that you did as an editor (announced, subscribed, settled or set)",
        ),
    ]


def _line(count: int, one: str, many: str) -> list[str]:
    return [f"• {count:,} {one if count == 1 else many}"] if count else []


def _listed(lines: list[str]) -> str:
    return "\n".join(lines)
