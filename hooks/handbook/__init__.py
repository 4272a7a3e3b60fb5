"""A step as the reader sees it: HTML, pictures, scripts and machine outputs. Needs no engine."""
