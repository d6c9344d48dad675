"""The form language: form-js JSON in, checked answers out. Pure; the browser is never trusted."""

from forms.components import Choice, DynamicList, Field, Group, Note, Outcome, View
from forms.documents import FILEPICKER
from forms.errors import FormErrors
from forms.reading import check_field, read_submission
from forms.schema import Form

__all__ = [
    "FILEPICKER",
    "Choice",
    "DynamicList",
    "Field",
    "Form",
    "FormErrors",
    "Group",
    "Note",
    "Outcome",
    "View",
    "check_field",
    "read_submission",
]
