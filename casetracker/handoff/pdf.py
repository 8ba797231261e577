"""The PDF of a HandoffDocument: letter paper, tagged (PDF/UA-1), archival (PDF/A-3a), the data attached as JSON.

WeasyPrint and its system library are loaded on first use, so that the application runs without Pango.
"""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from .document import HandoffDocument
from .json_form import render_json

TEMPLATE_VERSION = "3"
INSTALL_HINT = "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

UA_XMP = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>
</rdf:Description><rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification
</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Part of the standard
</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>"""


class PdfUnavailable(Exception):
    """The system library that draws PDFs is missing; the text says which command installs it."""


@cache
def _tools() -> tuple[Any, Any, Any]:
    """(weasyprint, shared font configuration, parsed stylesheet), loaded once per process."""
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
    except OSError as missing:
        raise PdfUnavailable(
            f"The PDF cannot be drawn: a system library is missing. Install: {INSTALL_HINT}"
        ) from missing
    fonts = FontConfiguration()
    style = Path(settings.BASE_DIR, "templates/handoff/pdf.css").read_text()
    return weasyprint, fonts, weasyprint.CSS(string=style, font_config=fonts)


def render_pdf(document: HandoffDocument, moment: datetime | None = None) -> bytes:
    """The bytes of the summary; the same document and moment give the same bytes on one machine.

    moment: time stamped into the file, usually the approval. Raises PdfUnavailable without Pango.
    """
    weasyprint, fonts, style = _tools()
    at = (moment or datetime(2000, 1, 1, tzinfo=UTC)).replace(microsecond=0)
    html = render_to_string("handoff/pdf.html", {"document": document, "stamp": at.isoformat()})
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=["data"])
    rendered = weasyprint.HTML(string=html, url_fetcher=fetcher).render(
        font_config=fonts, stylesheets=[style]
    )
    _declare_accessible(rendered.metadata)
    attachment = weasyprint.Attachment(
        string=render_json(document).decode(),
        name=f"{document.file_name}.json",
        description="The same content as data",
        relationship="Data",
        created=at,
        modified=at,
    )
    return rendered.write_pdf(
        pdf_variant="pdf/a-3a", pdf_identifier=document.digest.encode()[:16], attachments=[attachment]
    )


def _declare_accessible(metadata: Any) -> None:
    """Add the PDF/UA identification to the one metadata block; WeasyPrint 70.0 writes only PDF/A's."""
    original = metadata.generate_rdf_metadata
    metadata.generate_rdf_metadata = lambda *arguments: original(*arguments).replace(
        b"</rdf:RDF>", UA_XMP + b"</rdf:RDF>"
    )
