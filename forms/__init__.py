"""The form language: form-js JSON in, checked answers out. Pure; the browser is never trusted."""

from forms.errors import FormErrors
from forms.reading import check_field, read_submission
from forms.schema import Choice, Field, Form, Group, Note, Outcome

__all__ = [
    "Choice",
    "Field",
    "Form",
    "FormErrors",
    "Group",
    "Note",
    "Outcome",
    "check_field",
    "read_submission",
]
