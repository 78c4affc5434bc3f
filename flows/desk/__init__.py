"""What the people of the desk see and do: who may act, when, on which case, and what it brings her."""
