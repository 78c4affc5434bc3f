"""What we say and decide: pure and synchronous, with no clock and no I/O."""
