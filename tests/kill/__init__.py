"""The kill test: the bot dies by SIGKILL again and again, and what was accepted still has its effect, once, in order.

    python -m tests.kill --kills 1500 --seed 7

A play is one script (`scripts.py`: what people do) on one database. The bot lives in a process of its own, forked
from a nursery that has everything imported (`nursery.py`); it counts its boundaries (`life.py`: before and after
every commit and every HTTP call) and kills itself at the one it was given. Then the next is born on the same database.
Telegram and the people live in the parent (`play.py`), which outlives every life, and only Telegram's ledger and the
database judge (`verdict.py`), against the same script played with nobody dying (`reference.py`). `plan.py`
draws where lives end, `worker.py` is one of the processes that play side by side. `torture.py` is the other test: the
real `run_bot.py`, killed at random moments while a crowd chats.
"""
