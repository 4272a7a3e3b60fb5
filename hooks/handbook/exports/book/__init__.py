"""The handbook to read offline: an EPUB, a PDF and a cheat sheet, made from the pages of the site."""
