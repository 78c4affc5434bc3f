"""What staff order with a slash or a button that is about no one case, and what the desk does by itself each minute."""
