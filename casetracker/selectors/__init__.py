"""Every read, always for a named user. There is no other way to fetch a case."""
