"""The docker pack: what the tool knows about Docker."""
