"""What we know: words, numbers and rules as YAML, and the few modules that read and check them."""
