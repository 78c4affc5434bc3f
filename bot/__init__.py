"""The edge: Telegram on one side, the turn on the other."""

import os

# The library's own switch: without it every duration it parses is a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "1")
