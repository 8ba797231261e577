"""What happened: people, cases, workflow, packets. What the rules say lives in `checklists`."""

__version__ = "0.1.0"
