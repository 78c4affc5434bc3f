"""What is kept, on both databases."""
