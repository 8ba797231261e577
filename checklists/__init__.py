"""What the rules say: billing codes, edits and required documentation. Knows nothing of stored cases."""
