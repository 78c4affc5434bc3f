"""What we keep: tables, sealing, and the ledger that turns effects into rows."""
