"""Small files for tests of attachments: the real first bytes of each kind, and things that only pretend."""

from django.core.files.uploadedfile import SimpleUploadedFile

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00" * 20
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 20
SCRIPT = b"<html><script>fetch('/cases/')</script></html>"
PROGRAM = b"#!/bin/sh\necho hello\n"


def sent(content: bytes = PDF, name: str = "report.pdf", kind: str = "application/pdf") -> SimpleUploadedFile:
    """A file as a browser sends it; name and kind are what the browser says."""
    return SimpleUploadedFile(name, content, content_type=kind)
