"""The analyst's workshop: drafts of areas, drawn, checked, taken in and given out as folders."""

from webapp.studio import drawing, files, folders, pages, presence

#: their addresses
STUDIO = (pages.bp, files.bp, folders.bp, drawing.bp, presence.bp)
