"""The desk's room for every test here."""

from tests.bot.desk.office import room

__all__ = ["room"]
