"""What the pages of the rule book show, taken from the compiled book alone."""
