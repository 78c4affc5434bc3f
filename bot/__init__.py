"""The edge: Telegram on one side, the turn on the other."""
