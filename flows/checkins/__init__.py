"""How she is: the questionnaires, when they come, and what follows from an answer."""
