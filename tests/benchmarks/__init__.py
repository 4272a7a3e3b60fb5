"""What a check costs, and where. Run by hand: ``python -m tests.benchmarks``."""
