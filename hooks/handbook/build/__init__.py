"""A whole build of the site."""
