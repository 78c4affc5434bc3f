"""Circles: eight to twelve mothers who talk through the bot and never learn each other's names."""
