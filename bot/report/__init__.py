"""The programme's figures and pictures: `run_bot.py report`."""
