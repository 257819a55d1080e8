"""What the bot does: each service gets what it needs through its constructor."""

from bot.storage import StorageError

__all__ = ["StorageError"]
