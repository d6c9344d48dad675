"""Analytics: how long things take, which ways cases go, and when a running one will end."""

from webapp.monitoring.analytics import logs, mail, own_chart, pages

#: Importing these put their addresses on the blueprint.
PARTS = (logs, mail, own_chart, pages)
BLUEPRINT = pages.bp
