"""What is kept about a person, and forgetting them."""

from bot.domain.retention import PersonalData
from bot.storage import Database, forgetting


class Privacy:
    """Anybody may ask this about themselves; the owner about anybody, in the terminal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def about(self, person: int) -> PersonalData:
        """How much is kept about a person."""
        async with self._database.read() as tx:
            return await forgetting.personal_data(tx, person)

    async def forget(self, person: int) -> PersonalData:
        """Delete what is a person's own, and take them off what others need, in one transaction.

        Returns:
            What there was.
        """
        async with self._database.write() as tx:
            return await forgetting.forget_person(tx, person)
