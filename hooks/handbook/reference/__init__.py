"""Pages that are made from data: commands, verification, coverage, changes."""
