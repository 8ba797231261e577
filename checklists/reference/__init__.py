"""Published billing files: opening them, finding their heading, reading rows about our codes. Nothing is stored."""
