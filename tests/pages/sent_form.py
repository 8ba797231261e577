"""Reads a form of a page the way a browser would send it, so that page tests type into real pages."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    """Fields of one form by its id; what stands in a `<template>` is not sent."""

    def __init__(self, form_id):
        super().__init__()
        self.form_id, self.inside, self.templates = form_id, False, 0
        self.fields, self.select, self.area = {}, None, None

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.inside = found.get("id") == self.form_id
        if tag == "template":
            self.templates += 1
        if not self.inside or self.templates:
            return
        name = found.get("name")
        if tag == "input" and name:
            self._input(found, name)
        elif tag == "select":
            self.select = name
            self.fields.setdefault(name, None)
        elif tag == "option" and self.select:
            if "selected" in found or self.fields[self.select] is None:
                self.fields[self.select] = found.get("value", "")
        elif tag == "textarea":
            self.area = name
            self.fields[name] = ""

    def _input(self, found, name):
        kind = found.get("type", "text")
        if kind in ("checkbox", "radio"):
            if "checked" in found:
                self.fields[name] = found.get("value", "on")
        elif kind not in ("submit", "button"):
            self.fields[name] = found.get("value", "") or ""

    def handle_data(self, data):
        if self.area and self.inside and not self.templates:
            self.fields[self.area] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        if tag == "template":
            self.templates -= 1
        if tag == "select":
            self.select = None
        if tag == "textarea":
            self.area = None


def sent(response, form_id="case-form"):
    """What the form of this page would send: name -> value."""
    reader = _Reader(form_id)
    reader.feed(response.content.decode())
    return {name: value or "" for name, value in reader.fields.items()}
