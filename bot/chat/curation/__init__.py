"""Editors in Discord: commands, forms, previews and queues. The rules are in the services."""
