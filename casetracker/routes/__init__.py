"""Addresses, one module per page group; `urls.py` joins them."""
