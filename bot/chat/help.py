"""The answer to /help."""

from bot.chat.interactions import Interaction, own_text, scope_of
from bot.services.lookup import Lookup


class HelpReply:
    """Says what the bot knows and how to ask it."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    async def send(self, interaction: Interaction) -> None:
        """Answer the person alone."""
        text = own_text(interaction)
        sentence = text.help(self._lookup.count(scope_of(interaction)))
        await interaction.response.send_message(sentence, ephemeral=True)
