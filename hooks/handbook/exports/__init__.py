"""What the site offers beside its pages: captures, Markdown twins, search words, scripts."""
