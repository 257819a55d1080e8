"""Discord: the client, its commands, and what they show. Only this room imports `discord`."""
