"""Documents as PDF: a typst template of an area, and the page model it prints.

The template is data of the area; everything a person typed reaches it as JSON and is
never pasted into markup. Fonts come with the release, so that a certificate looks the
same on every machine.
"""

from webapp.documents.pdf import DocumentFailed, pdf_response, render_pdf

__all__ = ["DocumentFailed", "pdf_response", "render_pdf"]
