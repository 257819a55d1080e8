"""What can go wrong below the services and concerns who uses them."""

from bot.storage import StorageError

__all__ = ["StorageError"]
