"""What /follow does: people who hear of something in direct messages."""

from bot.chat import limits
from bot.chat.interactions import Interaction, own_text, say, scope_of
from bot.chat.render.markup import escape_line
from bot.chat.views.announcement import ResumeFollowingButton
from bot.chat.views.items import Components
from bot.domain.announcements import Lane, Target, Wish
from bot.domain.deliveries import Subscription, SubscriptionState
from bot.domain.jurisdictions import JURISDICTIONS
from bot.domain.records import PUBLIC
from bot.domain.vocabulary import Topic
from bot.services.announcements.newsroom import Newsroom
from bot.services.subscriptions import TooManyError
from bot.text import English


class Following:
    """Answers about what a person follows; each answer is for that person alone."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._announcements = newsroom.announcements
        self._subscriptions = newsroom.subscriptions
        self._catalogue = newsroom.catalogue

    async def add(
        self, interaction: Interaction, case_id: str, topic: str, jurisdiction: str
    ) -> None:
        """Follow exactly one thing; what is empty was not chosen."""
        text = own_text(interaction)
        if sum(map(bool, (case_id, topic, jurisdiction))) != 1:
            await say(interaction, text.follow_one)
        elif case_id:
            await self.follow_case(interaction, case_id)
        else:
            await self._follow(interaction, Wish(jurisdiction=jurisdiction, topic=topic))

    async def follow_case(self, interaction: Interaction, case_id: str) -> None:
        """Follow a public case. A server's own is not told outside its channels."""
        text = own_text(interaction)
        record = self._catalogue.get(case_id, scope_of(interaction))
        if record is None:
            await say(interaction, text.case_unknown)
        elif record.scope != PUBLIC:
            await say(interaction, text.private_case)
        else:
            await self._follow(interaction, Wish(case_id=case_id))

    async def list_all(self, interaction: Interaction) -> None:
        """Say what the person follows."""
        text = own_text(interaction)
        there = await self._subscriptions.of_member(interaction.user.id)
        lines = [text.follow_line(self.name(one.wish, text), _state(one, text)) for one in there]
        shown, _ = limits.list_within(lines, "\n", limits.CONTENT - 100, len(lines), text.more)
        view = Components()
        if any(one.state is not SubscriptionState.ACTIVE for one in there):
            view.add_item(ResumeFollowingButton.of(text))
        await say(interaction, text.follow_list(shown) if there else text.follow_nothing, view)

    async def choices(self, interaction: Interaction, typed: str) -> list[tuple[str, int]]:
        """What the person follows as suggestions: what to read, and the number."""
        text = own_text(interaction)
        there = await self._subscriptions.of_member(interaction.user.id)
        named = [(self.name(one.wish, text, escape=False), one.number) for one in there]
        return [
            (limits.cut(name, limits.CHOICE_NAME), number)
            for name, number in named
            if typed.casefold() in name.casefold()
        ][: limits.CHOICES]

    async def remove(self, interaction: Interaction, number: int) -> None:
        """Follow something no longer."""
        await self._end(interaction, [number])

    async def stop(self, interaction: Interaction, number: int) -> None:
        """End everything because of which the person got an announcement."""
        told = await self._announcements.get(number)
        target = Target(Lane.MEMBER, interaction.user.id)
        wanting = await self._subscriptions.wanting(target, told) if told else []
        await self._end(interaction, [one.number for one in wanting])

    async def resume(self, interaction: Interaction) -> None:
        """Go on with everything that is paused."""
        target = Target(Lane.MEMBER, interaction.user.id)
        there = await self._subscriptions.of_member(interaction.user.id)
        await self._subscriptions.resume((one.number for one in there), target)
        await say(interaction, own_text(interaction).following_resumed)

    async def remind(self, interaction: Interaction) -> None:
        """Tell somebody, once, that direct messages to them were refused.

        To be called after an interaction of theirs was answered.
        """
        broken = await self._subscriptions.broken_off(interaction.user.id)
        if not broken:
            return
        text = own_text(interaction)
        names = [self.name(one.wish, text) for one in broken]
        sentence = text.following_broken(names, text.failure(broken[0].code))
        await interaction.followup.send(limits.cut(sentence, limits.CONTENT), ephemeral=True)

    def name(self, wish: Wish, text: English, *, escape: bool = True) -> str:
        """What somebody follows, in words."""
        if wish.jurisdiction:
            return text.all_of_jurisdiction(JURISDICTIONS[wish.jurisdiction].name)
        if wish.topic:
            return text.all_of_topic(text.topic(Topic(wish.topic)))
        record = self._catalogue.get(wish.case_id, PUBLIC)
        record = record or self._catalogue.withdrawn(wish.case_id, PUBLIC)
        title = record.case().title if record else wish.case_id
        return limits.cut(escape_line(title) if escape else title, limits.EMBED_TITLE)

    async def _follow(self, interaction: Interaction, wish: Wish) -> None:
        text, person = own_text(interaction), interaction.user.id
        try:
            await self._subscriptions.subscribe(Target(Lane.MEMBER, person), wish, person=person)
        except TooManyError:
            await say(interaction, text.too_many_subscriptions)
            return
        await say(interaction, text.following(self.name(wish, text)))

    async def _end(self, interaction: Interaction, numbers: list[int]) -> None:
        text = own_text(interaction)
        target = Target(Lane.MEMBER, interaction.user.id)
        done = await self._subscriptions.end(numbers, target)
        await say(interaction, text.unfollowed([self.name(one.wish, text) for one in done]))


def _state(one: Subscription, text: English) -> str:
    if one.state is SubscriptionState.ACTIVE:
        return ""
    return f"{text.paused}: {text.failure(one.code)}" if one.code else text.paused
