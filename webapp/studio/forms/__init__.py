"""The form editor, with the page that shows where a form is used."""
