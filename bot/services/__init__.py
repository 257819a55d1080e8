"""What the bot does: each service gets what it needs through its constructor."""
