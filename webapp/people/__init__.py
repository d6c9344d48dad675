"""People: profile, substitutes, roles, units, calendars, and who may see what."""

from webapp.people import calendars, directory, duties, log, profile, substitutes, units

#: their addresses
PEOPLE = (profile.bp, substitutes.bp, duties.bp, directory.bp, units.bp, calendars.bp, log.bp)
