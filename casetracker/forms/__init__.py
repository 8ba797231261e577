"""Forms check shape and plausibility and return cleaned data; they save nothing."""
