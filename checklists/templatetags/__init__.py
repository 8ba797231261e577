"""Template tags of the rule book."""
