"""Orders and rounds of the desk, over a database and without a Telegram."""
