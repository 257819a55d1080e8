"""Pure rendering: a case goes in, text and embeds come out. Nothing here waits or looks up."""
