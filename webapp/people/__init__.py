"""People: profile, substitutes, roles, units, calendars, and who may see what."""

from webapp.people import duties, profile, substitutes

#: their addresses
PEOPLE = (profile.bp, substitutes.bp, duties.bp)
