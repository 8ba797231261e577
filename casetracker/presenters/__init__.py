"""Values prepared for templates: plain data from records and results. No queries of their own, no HTML pages."""
