"""The English sentences about announcing, subscribing and following."""

from collections.abc import Sequence

from bot.domain.announcements import NewsKind

_KINDS = {
    NewsKind.NEW_CASE: "New case",
    NewsKind.NEW_RULING: "New ruling",
    NewsKind.STATUS_CHANGE: "New status",
    NewsKind.CORRECTION: "Correction",
    NewsKind.WITHDRAWAL: "Withdrawn",
}

_ANNOUNCE = {
    NewsKind.CORRECTION: "Announce the correction",
    NewsKind.WITHDRAWAL: "Announce the withdrawal",
}

_FAILURES = {
    10003: "the channel no longer exists",
    10004: "the bot is no longer in that server",
    50001: "the bot may not see the channel",
    50013: "the bot may not write or embed links there",
    50008: "nothing can be posted in a channel of that kind",
    50024: "nothing can be posted in a channel of that kind",
    50083: "the thread is archived",
    160005: "the thread is locked",
    50007: "direct messages from this bot are closed",
    50278: "you and the bot share no server",
    10013: "the account no longer exists",
    50035: "Discord calls the message malformed",
    50006: "Discord calls the message empty",
    200000: "AutoMod blocked the text",
    240000: "Discord blocked a link as harmful",
}


class EnglishAnnouncements:
    """Sentences about announcements, each a method that takes what it mentions."""

    # The message

    def news_kind(self, kind: NewsKind) -> str:
        """What happened, to stand alone: `New ruling`."""
        return _KINDS[kind]

    sample = "Sample"
    why_it_matters = "Why it matters"
    read_the_case = "Read the case"
    follow = "Follow"
    stop_these = "Stop these"
    stop = "Stop"

    def news_line(self, what: str, caption: str, rest: Sequence[str], reference: str) -> str:
        """The plain line above an announcement, with its reference at the end."""
        return f"{what}: {' · '.join([f'**{caption}**', *rest])} · {reference}"

    def result_is_now(self, result: str) -> str:
        """A correction of what was announced as the result."""
        return f"the result is **{result}**"

    def corrects(self, reference: str) -> str:
        """Which announcement was wrong."""
        return f"corrects {reference}"

    def takes_back(self, reference: str) -> str:
        """Which announcement no longer stands."""
        return f"takes back {reference}"

    def news_footer(self, reference: str, as_of: str) -> str:
        """The last line of an announcement."""
        return f"{reference} · As of {as_of} · Not legal advice"

    def corrected_because(self, reason: str) -> str:
        """Closes a message that was edited."""
        return f"Corrected: {reason}" if reason else "Corrected"

    def withdrawn_because(self, reason: str) -> str:
        """Opens a message that was struck through."""
        return f"**Withdrawn:** {reason}" if reason else "**Withdrawn.**"

    # Notices

    def failure(self, code: int) -> str:
        """Discord's reason for refusing something, to follow a colon."""
        return _FAILURES.get(code, f"Discord refused it (code {code})")

    def broken_off(self, lines: Sequence[str]) -> str:
        """Told to a server's editors when subscriptions were paused because nothing arrives."""
        listed = "\n".join(lines)
        return (
            f"Announcements are paused here, since they cannot be delivered:\n{listed}\n"
            "Mend that, then use `/announcements resume`."
        )

    def broken_line(self, channel: str, reason: str) -> str:
        """A channel to which nothing can be delivered."""
        return f"• {channel}: {reason}"

    def text_refused(self, reference: str, caption: str, reason: str) -> str:
        """Told to the editors whose announcement Discord does not take."""
        return (
            f"The announcement {reference} ({caption}) was stopped: {reason}. Channels that have "
            "it keep it. Change the record and publish it again."
        )

    def following_broken(self, names: Sequence[str], reason: str) -> str:
        """Told to somebody whose direct messages were closed, when they use the bot next."""
        return (
            f"What you follow ({', '.join(names)}) is paused: {reason}. Open them, then use "
            "`/follow list` to go on."
        )

    # Subscribing

    announcements_command = "Which channel hears of new rulings (editors)"
    subscribe_command = "Announce new rulings in a channel (editors)"
    subscribe_channel = "Where: a text channel, an announcement channel or a thread"
    subscribe_jurisdiction = "Only rulings of one jurisdiction"
    subscribe_topic = "Only cases about one topic"
    subscribe_kind = "Only one kind of news"
    subscribe_role = "A role to ping each time"
    list_command = "What is announced where in this server (editors)"
    pause_command = "Announce nothing in a channel for a while (editors)"
    resume_command = "Announce in a channel again, from now on (editors)"
    unsubscribe_command = "Announce nothing in a channel any more (editors)"
    preview_command = "See what an announcement in a channel looks like (editors)"
    status_command = "What arrived, what waits and what failed (editors)"
    chosen_subscription = "Which one"
    unknown_jurisdiction = "Choose a jurisdiction from the suggestions, such as Germany or EU."

    def wish(self, parts: Sequence[str]) -> str:
        """What a subscription is about: `Germany, training`, or everything."""
        return ", ".join(parts) if parts else "everything"

    def subscribed(self, channel: str, wish: str) -> str:
        """A channel will hear of something."""
        return (
            f"{channel} will hear of {wish}, from now on. Nothing that was announced before is "
            "repeated."
        )

    def cannot_ping(self, role: str) -> str:
        """A role that the bot may not ping, and what to do."""
        return (
            f"{role} will be named but not pinged: let everybody mention it (Server Settings › "
            "Roles), or give the bot *Mention @everyone, @here and All Roles* in that channel."
        )

    never_everyone = "The bot never pings everyone. Choose a role that people can opt into."

    def missing_permissions(self, channel: str, names: Sequence[str]) -> str:
        """What the bot lacks in a channel; nothing was saved."""
        lacking = ", ".join(f"*{name}*" for name in names)
        return (
            f"The bot cannot announce in {channel} yet: it lacks {lacking} there. Give "
            "it these in the channel's settings and run the command again. Nothing was saved."
        )

    def cannot_see_history(self, channel: str) -> str:
        """The bot works without reading the history, but less surely."""
        return (
            f"The bot lacks *Read Message History* in {channel}. It will announce there, but "
            "after a crash it cannot see whether a message arrived, and then leaves it out rather "
            "than post it twice."
        )

    def unknown_channel(self, channel: str) -> str:
        """A channel that the bot does not see."""
        return f"The bot does not see {channel}. Let it view the channel and try again."

    too_many_subscriptions = "That is as many as one may have. End one first."
    post_sample = "Post a sample there"
    sample_posted = "A sample is there now. It pinged nobody."

    def sample_failed(self, reason: str) -> str:
        """The sample could not be posted."""
        return f"The sample could not be posted: {reason}."

    no_subscriptions = "Nothing is announced in this server. `/announcements subscribe` begins."
    unknown_subscription = "There is no such subscription here. Choose one from the list."

    def subscription_line(self, channel: str, wish: str, role: str, state: str) -> str:
        """One subscription of a server."""
        pinged = f", pings {role}" if role else ""
        return f"• {channel}: {wish}{pinged}{f' ({state})' if state else ''}"

    paused = "paused"

    def paused_since(self, when: str, reason: str) -> str:
        """Why and since when nothing is delivered."""
        return f"paused {when}: {reason}" if reason else f"paused {when}"

    def paused_now(self, count: int) -> str:
        """Subscriptions were paused."""
        return f"{_counted(count, 'subscription')} paused. `/announcements resume` goes on."

    def resumed_now(self, count: int, missed: int) -> str:
        """Subscriptions go on, from now."""
        sentence = f"{_counted(count, 'subscription')} resumed, from now on."
        if missed:
            sentence += f" {_counted(missed, 'announcement')} went out meanwhile."
        return sentence

    show_missed = "Show what was missed"
    nothing_missed = "Nothing was missed."
    not_paused = "That one is not paused."

    def missed_list(self, listed: str) -> str:
        """What went out while a subscription was paused."""
        return f"Announced meanwhile:\n{listed}"

    def unsubscribed_now(self, count: int) -> str:
        """Subscriptions were ended."""
        return f"{_counted(count, 'subscription')} ended."

    def preview(self, channel: str) -> str:
        """Stands above a preview."""
        return f"This is what {channel} gets. The latest that it would have got serves as example."

    nothing_to_preview = "Nothing has been announced that this channel would get."

    def delivery_status(
        self, sent: int, waiting: int, failed: int, unconfirmed: int, last: str
    ) -> str:
        """What became of a server's announcements."""
        lines = [
            f"Sent: {sent}" + (f" (the last one {last})" if last else ""),
            f"Waiting: {waiting}",
            f"Failed: {failed}",
        ]
        if unconfirmed:
            lines.append(
                f"Unconfirmed: {unconfirmed} (may have arrived; the bot may not read the channel "
                "to see, and does not post twice)"
            )
        return "\n".join(lines)

    def failure_line(self, reference: str, channel: str, reason: str) -> str:
        """A delivery that did not arrive."""
        return f"• {reference} in {channel}: {reason}"

    unconfirmed = "unconfirmed, look whether it is there"
    will_be_tried = "will be tried again"

    def resting(self, seconds: int) -> str:
        """Nothing is sent at all for a while."""
        return f"Discord refuses or does not answer; announcing goes on in {seconds} s."

    halted = "Announcing has stopped: Discord refuses the bot's token. Tell whoever runs this bot."

    # Following

    follow_command = "Hear of a case, a topic or a jurisdiction in a direct message (everybody)"
    follow_add_command = "Follow a case, a topic or a jurisdiction (everybody)"
    follow_list_command = "What you follow (everybody)"
    follow_remove_command = "Follow something no longer (everybody)"
    follow_case = "A case"
    follow_topic = "A topic"
    follow_jurisdiction = "A jurisdiction"
    follow_what = "What you follow"
    follow_one = "Choose exactly one of case, topic and jurisdiction."

    def following(self, name: str) -> str:
        """Somebody follows something from now on."""
        return (
            f"You follow **{name}**. You get a direct message when it moves; each has a button "
            "that ends it. Keep direct messages from this server open."
        )

    follow_nothing = "You follow nothing. `/follow add` begins."

    def follow_list(self, listed: str) -> str:
        """What somebody follows."""
        return f"You follow:\n{listed}"

    def follow_line(self, name: str, state: str) -> str:
        """One thing that somebody follows."""
        return f"• {name}{f' ({state})' if state else ''}"

    resume_following = "Go on"
    following_resumed = "You are told again, from now on."

    def unfollowed(self, names: Sequence[str]) -> str:
        """Somebody follows something no longer."""
        return f"You no longer follow {', '.join(names)}." if names else "You do not follow that."

    def all_of_jurisdiction(self, name: str) -> str:
        """Everything of a jurisdiction, as something to follow."""
        return f"rulings from {name}"

    def all_of_topic(self, name: str) -> str:
        """Everything about a topic, as something to follow."""
        return f"cases on {name}"

    private_case = (
        "This case belongs to this server alone, so it is announced in its channels only. Ask "
        "somebody who manages the server for `/announcements subscribe`."
    )
    case_unknown = "There is no such case. Choose one of the suggestions."
    only_editors_stop = "Only editors may stop announcements here."

    # Publishing

    def publish_question(self, channels: int, members: int, servers: int) -> str:
        """Asked once, above the exact message."""
        if not channels + members:
            return "Nobody subscribes to this, so nobody gets a message. Publish it all the same?"
        return (
            f"This goes to {_counted(channels, 'channel')} in {_counted(servers, 'server')} and "
            f"to {_counted(members, 'member')}, exactly as below. Publish?"
        )

    def told_question(self, channels: int, members: int, servers: int) -> str:
        """Asked once, above a line for those who were told something that no longer holds."""
        return (
            f"This goes to {_counted(channels, 'channel')} in {_counted(servers, 'server')} and "
            f"to {_counted(members, 'member')} who were told something else, exactly as below. "
            "Publish?"
        )

    def also_edited(self, count: int) -> str:
        """What is posted already and reads differently from now on."""
        verb = "is" if count == 1 else "are"
        return (
            f"{_counted(count, 'message')} that {verb} posted already {verb} edited, without a "
            "ping, to say what the record says."
        )

    shown_again = "**It has changed since you looked.** This is what would go now."
    choose_news = "Announce something else of this change"
    add_note = "Say why it matters"
    change_note = "Change why it matters"
    note_title = "Why it matters"
    note_label = "One or two sentences"
    note_example = "The first appeal court to say that training is fair use."

    def announce_it(self, kind: NewsKind) -> str:
        """The button that shows what a change would announce."""
        return _ANNOUNCE.get(kind, "Announce it")

    def not_told_yet(self, kind: NewsKind, channels: int, members: int) -> str:
        """Nobody hears of a change, until somebody announces it."""
        who = " and ".join(
            _counted(count, noun)
            for count, noun in ((channels, "channel"), (members, "member"))
            if count
        )
        if kind in _ANNOUNCE:
            return (
                f"{who} heard it otherwise and {_get(channels + members)} no message of this yet."
            )
        return f"{who} would hear of this, and {_get(channels + members)} no message of it yet."

    publish = "Publish"
    publish_and_announce = "Publish and announce"
    nothing_to_announce = (
        "There is no new ruling and no new status in this draft, so there is nothing to announce. "
        "“Publish” puts it into the catalogue; messages that are posted already are corrected."
    )
    publish_needs_attention = "The draft cannot be published as it is. Open it and look."

    def published_and_announced(self, reference: str, count: int) -> str:
        """A record is in the catalogue and its announcement on its way."""
        return f"Published. {reference} is on its way to {_counted(count, 'target')}."

    take_back = "Take back"

    def taken_back(self, reference: str, stopped: int) -> str:
        """An announcement was undone."""
        return (
            f"{reference} is taken back: {_counted(stopped, 'message')} not sent, those already "
            "posted are struck through."
        )

    too_late = (
        "The five minutes are over. Correct the record or withdraw the ruling instead; the posted "
        "messages follow."
    )
    published_by_mistake = "published by mistake"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _get(count: int) -> str:
    return "gets" if count == 1 else "get"
