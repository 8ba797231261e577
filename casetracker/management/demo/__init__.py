"""Invented people and cases for demonstrations, brought in through the real services. Refused in production."""
