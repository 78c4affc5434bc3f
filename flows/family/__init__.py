"""Family: what passes between a mother and those she lets near, and nothing beside it."""
