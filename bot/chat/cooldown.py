"""A cooldown per person."""

from discord import app_commands

from bot.chat.interactions import Interaction

_PRUNE_AT = 1024


class Cooldown:
    """Lets each person do something `rate` times in `per` seconds.

    It is discord.py's own token bucket. Its decorator `checks.cooldown` looks through everybody's
    bucket at every use, which at hundreds of lookups a second costs more than the lookups.
    """

    def __init__(self, rate: int, per: float) -> None:
        self._rate = rate
        self._per = per
        self._buckets: dict[int, app_commands.Cooldown] = {}
        self._prune_at = _PRUNE_AT

    def __call__(self, interaction: Interaction) -> bool:
        """A check for `app_commands.check`.

        Raises:
            CommandOnCooldown: if the person has to wait; it says for how long.
        """
        now = interaction.created_at.timestamp()
        bucket = self._buckets.get(interaction.user.id)
        if bucket is None:
            self._prune(now)
            bucket = self._buckets[interaction.user.id] = app_commands.Cooldown(
                self._rate, self._per
            )
        retry_after = bucket.update_rate_limit(now)
        if retry_after is not None:
            raise app_commands.CommandOnCooldown(bucket, retry_after)
        return True

    def _prune(self, now: float) -> None:
        if len(self._buckets) < self._prune_at:
            return
        self._buckets = {
            person: bucket
            for person, bucket in self._buckets.items()
            if bucket.get_tokens(now) < self._rate
        }
        self._prune_at = max(_PRUNE_AT, 2 * len(self._buckets))
