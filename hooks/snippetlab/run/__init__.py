"""Running one track of a scenario in a lab."""
