"""The weeks: which page comes when, and the notes, shelves and news that belong to them."""
