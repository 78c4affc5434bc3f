"""Tests; the languages they are written in are `talk` (one woman and her flows) and `world` (the whole bot)."""
