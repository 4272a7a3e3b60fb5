"""Ways to run labs on a machine."""
