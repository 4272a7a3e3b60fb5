"""What a check found, told to people (terminal) and to machines (JUnit, JSON)."""
