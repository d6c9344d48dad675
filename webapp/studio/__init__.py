"""The analyst's workshop: drafts of areas, drawn, tried, tested, deployed, given out, taken in."""

from webapp.studio.decisions import decided
from webapp.studio.decisions import pages as decisions
from webapp.studio.deploying import pages as deploying
from webapp.studio.deploying import suspending
from webapp.studio.designer import beside, comments, printed
from webapp.studio.designer import pages as designer
from webapp.studio.drafts import files, folders, presence
from webapp.studio.drafts import pages as drafts
from webapp.studio.forms import pages as forms
from webapp.studio.forms import uses
from webapp.studio.papers import pages as papers
from webapp.studio.play import pages as play
from webapp.studio.renaming import pages as renaming
from webapp.studio.repository import pages as repository
from webapp.studio.scenarios import origins
from webapp.studio.scenarios import pages as scenarios
from webapp.studio.settings import pages as settings

#: their addresses
STUDIO = (
    drafts.bp,
    files.bp,
    folders.bp,
    designer.bp,
    forms.bp,
    uses.bp,
    presence.bp,
    comments.bp,
    beside.bp,
    printed.bp,
    deploying.bp,
    play.bp,
    scenarios.bp,
    origins.bp,
    decisions.bp,
    decided.bp,
    settings.bp,
    suspending.bp,
    repository.bp,
    papers.bp,
    renaming.bp,
)
