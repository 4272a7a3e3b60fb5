"""Steps and pages as HTML."""
