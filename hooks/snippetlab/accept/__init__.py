"""Accepting drift: new recordings, written into the files that hold them."""
