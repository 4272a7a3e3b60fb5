"""A reader who types all that pages show, on one machine: ``python -m tests.reader``."""
