"""What outlives a restart: one schema for SQLite and PostgreSQL. Only this room knows SQL."""

from bot.storage.database import Database, Transaction
from bot.storage.errors import StorageError

__all__ = ["Database", "StorageError", "Transaction"]
