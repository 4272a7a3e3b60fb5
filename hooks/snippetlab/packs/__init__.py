"""Packs: what belongs to one subject, such as Docker."""
