"""The base of every component: parse the id, call, and answer even when that fails."""

import re
from typing import TYPE_CHECKING, Any, Self, TypeVar

import discord

if TYPE_CHECKING:
    from bot.chat.interactions import Interaction

ItemT = TypeVar("ItemT", bound="discord.ui.Button[Any] | discord.ui.Select[Any]")


class Components(discord.ui.View):
    """The components of one message, which discord.py does not keep.

    It would keep a view for as long as its message may be used, with a task that waits for the
    end of that; but it finds our components by the form of their ids, so there is nothing to keep.
    """

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.stop()


class PersistentItem(discord.ui.DynamicItem[ItemT], template=r"(?!)"):
    """A component that discord.py finds by the form of its `custom_id`, on any message.

    A subclass gives its `template` and `act`. `parts` holds the named groups of the id.
    """

    def __init__(self, item: ItemT) -> None:
        super().__init__(item)
        match = self.template.fullmatch(item.custom_id or "")
        self.parts: dict[str, str] = match.groupdict() if match else {}

    @classmethod
    def knows(cls, custom_id: str) -> bool:
        """Whether a component with this id is one of this class."""
        return cls.__discord_ui_compiled_template__.fullmatch(custom_id) is not None

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: "discord.ui.Item[Any]",
        match: re.Match[str],
        /,
    ) -> Self:
        """Rebuild the component from the message that it stands on."""
        del interaction, match
        return cls(item)  # type: ignore[arg-type]  # the id's form belongs to one kind of item

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the component is for.

        discord.py only logs what a dynamic item raises, and the person would read "This
        interaction failed"; so errors go to the client's reporter from here.
        """
        try:
            await self.act(interaction)
        except Exception as error:  # noqa: BLE001 - the one place where components' errors end
            await interaction.client.errors.report(interaction, error)

    async def act(self, interaction: "Interaction") -> None:
        """What the component is for."""
        raise NotImplementedError
