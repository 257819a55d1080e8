"""The English sentences of an examination, for Discord and for the terminal."""

from collections.abc import Callable, Mapping

from bot.domain.doctor import Finding, Note, Problem, Subject

_SUBJECTS = {
    Subject.TOKEN: "Token",
    Subject.INTENTS: "Intents",
    Subject.CLOCK: "Clock",
    Subject.STARTS: "Session starts",
    Subject.COMMANDS: "Commands",
    Subject.EDITORS: "Editors",
    Subject.CHANNELS: "Channels",
    Subject.PINGS: "Pings",
    Subject.SUBSCRIPTIONS: "Subscriptions",
    Subject.DELIVERIES: "Deliveries",
    Subject.ANNOUNCER: "Announcing",
    Subject.DATABASE: "Database",
    Subject.DISK: "Disk",
    Subject.BACKUPS: "Backups",
}

_FINE = {
    Subject.TOKEN: "Discord knows it as {name}",
    Subject.INTENTS: "the bot asks for Guilds alone",
    Subject.CLOCK: "{seconds} s {way} Discord's",
    Subject.STARTS: "{left} of {of} are left today",
    Subject.COMMANDS: "Discord has those of this version",
    Subject.EDITORS: "{role} sees the editors' commands",
    Subject.CHANNELS: "{count} checked; the bot may post in each",
    Subject.PINGS: "every role that is named can be pinged",
    Subject.SUBSCRIPTIONS: "none is failing; {paused} paused by somebody",
    Subject.DELIVERIES: "none is unconfirmed",
    Subject.ANNOUNCER: "it is not halted",
    Subject.DATABASE: "sound, schema {schema}, {place}",
    Subject.DISK: "{free} MB free in {folder}",
    Subject.BACKUPS: "the newest is {hours} hours old",
}

_SAID = {
    Note.NO_DATABASE_YET: "not there yet; `casebook run` makes it, at {place}",
    Note.NO_BACKUPS_WANTED: "the bot makes none, as BACKUP_EVERY says",
    Problem.TOKEN_MISSING: (
        "put the token from the Bot page of your application at "
        "https://discord.com/developers/applications into .env as DISCORD_TOKEN"
    ),
    Problem.TOKEN_REFUSED: (
        "Discord refuses it: reset it on the Bot page of your application and put the new one "
        "into .env"
    ),
    Problem.UNREACHABLE: (
        "Discord cannot be reached ({reason}): check the network, the proxy and the firewall of"
        " this machine, then https://discordstatus.com"
    ),
    Problem.UNNEEDED_INTENTS: (
        "turn off {intents} on the Bot page of your application; the bot needs no privileged intent"
    ),
    Problem.CLOCK_OFF: (
        "this machine's clock is {seconds} s {way} Discord's: let the system set it "
        "(`timedatectl set-ntp true`)"
    ),
    Problem.FEW_STARTS: (
        "{left} of {of} session starts are left today: something starts the bot again and "
        "again; look into its log before Discord resets the token"
    ),
    Problem.COMMANDS_DIFFER: (
        "Discord has other commands than this version ({commands}): start the bot again, and it"
        " sends them; if that does not help, members press Ctrl+R in Discord"
    ),
    Problem.EDITORS_BLIND: (
        "{role} does not see {commands}: in the server's settings under *Integrations*, choose "
        "this bot and allow that role each of them"
    ),
    Problem.EDITOR_ROLE_GONE: (
        "the role that edits ({role}) was deleted: name another with `/settings editors`"
    ),
    Problem.SERVER_GONE: (
        "{server} has subscriptions and the bot is not there: invite it again, or leave it, and"
        " they are deleted in time"
    ),
    Problem.CHANNEL_GONE: (
        "{channel} no longer exists: `/announcements unsubscribe`, and subscribe another"
    ),
    Problem.CHANNEL_CLOSED: "the bot lacks {missing} in {channel}: allow it there",
    Problem.HISTORY_CLOSED: (
        "allow the bot *Read Message History* in {channel}, so that after a crash it can see "
        "whether an announcement arrived"
    ),
    Problem.ROLE_GONE: (
        "a subscription in {channel} pings a role that was deleted ({role}): subscribe again "
        "with another role, or none"
    ),
    Problem.ROLE_SILENT: (
        "{role} is shown in {channel} and pings nobody: let anyone mention that role, or allow "
        "the bot *Mention Everyone* there"
    ),
    Problem.SUBSCRIPTION_BROKEN: (
        "the bot paused what is announced in {channel}, since {code}: mend that, then "
        "`/announcements resume`"
    ),
    Problem.SUBSCRIPTION_FAILS: (
        "the last announcement in {channel} failed, since {code}; the bot tries again for a day"
    ),
    Problem.UNCONFIRMED: (
        "nobody knows whether {count} announcements of the last days arrived in {server}: "
        "`/announcements status` says where; look there"
    ),
    Problem.HALTED: (
        "nothing is announced, since Discord refuses the token ({reason}): reset it, put it "
        "into .env and start the bot again"
    ),
    Problem.DATABASE_TROUBLE: "{trouble}",
    Problem.SCHEMA_OLD: (
        "{place} has schema {schema}, this version {newest}: start the bot again, and it is "
        "brought up to date"
    ),
    Problem.SCHEMA_NEW: (
        "{place} was made by a newer version (schema {schema}, this one knows {newest}): "
        "install that version again, or restore an older backup"
    ),
    Problem.LARGE_LOG: (
        "{megabytes} MB wait in SQLite's log: end every other program that has the database "
        "open, then start the bot again"
    ),
    Problem.DISK_LOW: (
        "{free} MB are free in {folder}; migrating and backing up may need {wanted} MB: make room"
    ),
    Problem.NO_BACKUP: (
        "there is none yet: `casebook backup` makes one, and the running bot does by itself"
    ),
    Problem.BACKUP_OLD: (
        "the newest is {hours} hours old: look into the bot's log for why none was made since"
    ),
}


class EnglishDoctor:
    """Sentences of an examination."""

    def __init__(self, failure: Callable[[int], str]) -> None:
        """Make them.

        Args:
            failure: the words for Discord's code of a refusal.
        """
        self._failure = failure

    command = "What is wrong with this server's set-up, and how to mend it (editors)"
    bot_heading = "**The bot**"
    server_heading = "**This server**"
    no_subscriptions = "Nothing is announced here yet: `/announcements subscribe`."

    def subject(self, subject: Subject) -> str:
        """A part's name, to stand before a colon."""
        return _SUBJECTS[subject]

    def sentence(self, finding: Finding) -> str:
        """What was found, to stand behind a part's name."""
        said = finding.problem
        form = _FINE[finding.subject] if said is None else _SAID[said]
        return form.format_map(self._shown(finding.values))

    def line(self, finding: Finding) -> str:
        """A finding as a line of a message."""
        name, sentence = self.subject(finding.subject), self.sentence(finding)
        if finding.fine:
            return f"✅ {name}: fine; {sentence}"
        return f"🔧 **{name}**: {sentence}."

    def for_the_owner(self, subject: Subject, *, fine: bool) -> str:
        """The same of what is whoever runs the bot's affair."""
        if fine:
            return f"✅ {self.subject(subject)}: fine"
        return (
            f"🔧 **{self.subject(subject)}**: something for whoever runs this bot; "
            "`casebook doctor` says what."
        )

    def verdict(self, problems: int) -> str:
        """What it comes to."""
        if not problems:
            return "Everything is fine."
        return "1 thing to mend." if problems == 1 else f"{problems} things to mend."

    def terminal_line(self, finding: Finding) -> str:
        """A finding as a line in the terminal."""
        word = "fine   " if finding.fine else "TO MEND"
        sentence = self.sentence(finding).replace("*", "")
        return f"{word}  {self.subject(finding.subject)}: {sentence}"

    def _shown(self, values: Mapping[str, str | int | float]) -> Mapping[str, str | int | float]:
        shown = dict(values)
        code, ahead = values.get("code"), values.get("ahead")
        if isinstance(code, int):
            shown["code"] = self._failure(code)
        if isinstance(ahead, float):
            shown["seconds"] = f"{abs(ahead):.1f}"
            shown["way"] = "ahead of" if ahead > 0 else "behind"
        return shown
