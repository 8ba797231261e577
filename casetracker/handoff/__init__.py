"""The frozen handoff to billing and its views: document, collection, PDF, CSV and JSON."""
