"""What she hears when concern has read something in her words, and how a person reaches her after it."""
