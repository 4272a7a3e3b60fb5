"""Runs the commands of scenarios in throw-away Docker Engines and compares outputs with recordings."""
