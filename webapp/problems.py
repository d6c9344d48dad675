"""What is said to people about a problem code, in both languages.

An area's own text (``[errors]`` of its ``texts.<locale>.toml``) comes first; the rest is here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

from engine.errors import Problem
from engine.sdk import FolderTexts
from webapp.findings import text_of_rule
from webapp.request import LOCALES, locale
from webapp.scenarios.words import WRONG
from webapp.signing_words import PAPERLESS
from webapp.texts import N_, texts_in
from webapp.wording import Words, filled

OwnWords: TypeAlias = Words | FolderTexts  #: what an area says itself, in one language
#: Texts use ``{name}`` for what a problem carries in its params, ``{name:number}`` for amounts.
TEXTS: Final[Mapping[str, str]] = {
    "GEN-REQUIRED": N_("This has to be answered."),
    "GEN-NOTHING-CHOSEN": N_("There is nothing to do this to."),
    "GEN-BATCH": N_("The batch does not stand where this can be done; nothing was changed."),
    "RET-001": N_("A legal hold lies on the case: nothing of it is deleted or made anonymous."),
    "RET-002": N_("The case has to be kept still, or no rule lets it be deleted."),
    "RET-003": N_("The case still runs, or one that it called."),
    "RET-004": N_("The journal has not sealed all acts of the case yet; try again in a minute."),
    "RET-005": N_("No legal hold lies on the case."),
    "RET-006": N_("The case was purged: only its number, its dates and hashes are left."),
    "RET-008": N_("The person stands in cases that could not be changed yet; try again then."),
    "RET-009": N_("The person may still sign in: close the account first."),
    "RET-007": N_("You have asked for this; somebody else confirms it."),
    "GEN-OUTCOME": N_("Choose how this step ends."),
    "GEN-JSON": N_("This is not JSON that can be read here."),
    "GEN-NUMBER": N_("This is not a number."),
    "GEN-WHOLE": N_("This is not a whole number."),
    "GEN-DECIMALS": N_("This number has too many decimals."),
    "GEN-RANGE": N_("This number is outside the allowed range ({min:number} to {max:number})."),
    "API-001": N_("Choose at least one thing it may do."),
    "API-003": N_("Too many cases are looked through: name some of them."),
    "API-002": N_("A token ends after 1 to {most} days."),
    "GEN-LENGTH": N_("This text has to have {min} to {max} characters."),
    "GEN-PATTERN": N_("This is not written as asked."),
    "GEN-EMAIL": N_("This is not an e-mail address."),
    "GEN-PHONE": N_("This is not a telephone number."),
    "GEN-TIME": N_("This is not a time; write it like 14:30."),
    "GEN-STEP": N_("This is not a multiple of {step:number} minutes."),
    "GEN-ORDER": N_("The end lies before the beginning."),
    "GEN-PASSED": N_("This day has passed."),
    "GEN-ROWS": N_("This needs {min:number} to {max:number} rows."),
    "GEN-MORE": N_("Your answers bring this question up; answer it or leave it, and send again."),
    "GEN-SIGNATURE": N_("Sign by typing your name."),
    "GEN-DRAWING": N_("This drawing cannot be kept; clear it and draw again."),
    "GEN-RULE": N_("{message}"),
    "GEN-UNKNOWN": N_("This form does not ask for this."),
    "GEN-TYPE": N_("This value is of the wrong type."),
    "GEN-CHOICE": N_("This is not one of the choices."),
    "GEN-400": N_("The request could not be read."),
    "GEN-CSRF": N_("The page was open too long. Go back, load it again and send once more."),
    "GEN-SIGN-IN": N_("Sign in first."),
    "GEN-413": N_(
        "What was sent is too large, and none of it was taken. Go back: what you typed is still"
        " there; shorten it, or hand long texts in as a document."
    ),
    "GEN-401": N_("This step is an approval: confirm it with your password."),
    "GEN-PASSWORD": N_("The password or the code is wrong; nothing was sent. Type it again."),
    "GEN-GUESSING": N_("Too many attempts. Wait a quarter of an hour and try again."),
    "GEN-403": N_("This is not yours to do."),
    "GEN-404": N_("There is no such page, or it is not yours to see."),
    "GEN-409": N_("Somebody was faster; nothing was changed."),
    "GEN-ENDED": N_("The case has ended; nothing was changed."),
    "GEN-WENT-ON": N_(
        "The case has gone on since you looked at it; nothing was changed. Look at what the"
        " repair would do now, and decide again."
    ),
    "GEN-OTHER-CASE": N_("That belongs to another case; open that one and repair it there."),
    "GEN-DECIDED": N_("Somebody has decided on this meanwhile; nothing was changed."),
    "GEN-OWN-REPAIR": N_("Who asked for a repair does not confirm it; a second person does."),
    "GEN-SECOND": N_(
        "Here a second administrator confirms each repair: ask for it on the page of the case."
        " Nothing was changed."
    ),
    "GEN-REPAIR": N_("What was asked for is no repair; nothing was changed."),
    "GEN-RUNS": N_("The case has not ended. Move its tokens instead of starting it again."),
    "GEN-RESTART": N_(
        "This process keeps records of its own for each case, which a copy would not have."
        " Start a new case by its form."
    ),
    "GEN-HELD": N_("An administrator has suspended this case; nothing was changed."),
    "GEN-NOT-HELD": N_("The case is not suspended; nothing was changed."),
    "GEN-AT-WORK": N_("A worker is at a step of the case just now. Try again when it is done."),
    "GEN-THERE": N_("The case runs in this version already; nothing was changed."),
    "GEN-LATE": N_("The case does not wait for this now; nothing was changed."),
    "GEN-ASSIGN": N_("Who has a task, who is above its desk and administrators say who does it."),
    "GEN-ASSIGNEE": N_("This person may not have this task."),
    "GEN-DELEGATED": N_("You work on this for somebody else: hand it back when you are done."),
    "GEN-REMINDED": N_("Somebody asked after this task within the last day; once a day is enough."),
    "GEN-SHARE": N_("Who heads a desk and administrators share filters with it."),
    "GEN-FILTER": N_("You have another filter of this name."),
    "GEN-BULK": N_("This step is answered by itself, not with others."),
    "GEN-REPORT": N_("Nothing like this is reported of this step; nothing was changed."),
    "GEN-RETURN": N_("The step cannot be sent back there."),
    "GEN-RECALL": N_("The case has gone on from this answer; it stays given."),
    "GEN-SNOOZE": N_("Work can be put off to a moment ahead, within a year."),
    "GEN-NO-ADDRESS": N_("Confirm first in your profile where you get mail."),
    "GEN-REPORTS": N_("You have as many reports as there can be; stop one first."),
    "GEN-CURSOR": N_("No event has this cursor: ask after the last you know, or `now`."),
    "GEN-HOOK-NAME": N_("Give it a name of its own, of at most 200 characters."),
    "GEN-HOOK-MESSAGE": N_("Say the name of the message that cases wait for."),
    "GEN-HOOK-FEEL": N_("This is no FEEL expression, or its variable is no name: {why}"),
    "GEN-HOOK-BODY": N_("Nothing can be made of what was posted: {why}"),
    "GEN-WEBHOOK-NAME": N_("Give it a name of its own, of at most 200 characters."),
    "GEN-WEBHOOK-URL": N_("An address is needed: https://… without user name or password."),
    "GEN-KEY": N_("A business key has at most {limit} characters; this one has {length}."),
    "GEN-422": N_("A rule does not allow this."),
    "GEN-500": N_("Something went wrong on our side."),
    "GEN-503": N_("The database does not answer. Nothing was changed; try again in a moment."),
    "GEN-WITHDRAWN": N_("The document was withdrawn; nothing was changed."),
    "GEN-FILE-EMPTY": N_("“{name}” is empty."),
    "GEN-FILE-TRICK": N_(
        "“{name}” was sent under a name that is not what it looks like: it holds folders, hidden"
        " marks, or marks that turn letters around. Rename it and choose it again."
    ),
    "GEN-FILE-BODY": N_(
        "What was about to be sent is larger than {limit} MB, and none of it was taken. Go back:"
        " what you typed is still there; send smaller documents, or fewer at once."
    ),
    "GEN-FILE-SIZE": N_("“{name}” is larger than {limit} MB."),
    "GEN-FILE-PROGRAM": N_("“{name}” is or holds a program, whatever its name says."),
    "GEN-FILE-OLD": N_(
        "“{name}” is of the kind office programs wrote before 2007; save it as .docx, .xlsx or PDF."
    ),
    "GEN-FILE-KIND": N_("“{name}” is of a kind that is not taken here."),
    "GEN-FILE-NAME": N_("The content of “{name}” is not what the end of its name says."),
    "GEN-FILE-TWO": N_("“{name}” is two files in one; hand in the one that is meant."),
    "GEN-FILE-DAMAGED": N_("“{name}” is damaged, or something was added to it."),
    "GEN-FILE-ACTIVE": N_(
        "“{name}” would do things by itself when opened (scripts or files inside)."
        " Print it into a new PDF."
    ),
    "GEN-FILE-MACROS": N_("“{name}” holds macros; save it without them."),
    "GEN-FILE-BOMB": N_("“{name}” would be far too large, or too many files, when unpacked."),
    "GEN-FILE-LOCKED": N_("“{name}” is locked with a password; save it without one."),
    "GEN-FILE-PATHS": N_("“{name}” holds files that would leave their folder."),
    "GEN-FILE-GONE": N_("A document that was chosen is not in this case, or was withdrawn."),
    "GEN-FILE-ONE": N_("Only one document can be chosen here."),
    "GEN-FILE-MANY": N_("The file of this case is full: it takes {limit} documents."),
    "GEN-FILE-CASE": N_("The file of this case is full: it takes {limit} MB."),
    "GEN-FILE-VIRUS": N_("The virus scanner found {found} in “{name}”. Tell your administrators."),
    "GEN-FILE-UNSCANNED": N_(
        "“{name}” could not be looked at for viruses now, so it was not taken. Try again later."
    ),
    "MON-001": N_("This is not a whole amount in rials of at most 18 digits."),
    "MON-002": N_("The amount has to be positive."),
    "MON-003": N_("This is not a whole amount in tomans; what is less than one is typed in rials."),
    "MON-004": N_("This amount is outside the allowed range ({min:number} to {max:number} rials)."),
    "CAL-001": N_("This is not a date of the calendar; write it like 1404/07/30."),
    "CAL-002": N_("Nobody can work by this: it closes before it opens, or has no working day."),
    "CAL-003": N_("Line {line}: {text} is no day; write it like 1406/01/13."),
    "ID-001": N_("This is not a valid national code."),
    "ID-002": N_("This is not a valid national id of a legal entity."),
    "ID-003": N_("This is not a mobile number."),
    "ID-004": N_("This is not a postal code of ten digits."),
    "PAY-003": N_("This is not a valid IBAN."),
    # what the books refuse is told wherever something is posted to them
    "FIN-010": N_("The entry does not balance: debit {debit:number}, credit {credit:number}."),
    "FIN-012": N_("The books of {unit} are closed for {month}."),
    "ACC-001": N_("No account is set for the part “{part}” of {kind}."),
    "ACC-002": N_("The chart of accounts has no {account}."),
    "ACC-003": N_("Nothing of {kind} stands for {number} that could be reversed."),
    "STM-004": N_("A quantity has at most 3 decimals."),
    "STM-005": N_("A quantity cannot be negative."),
    "STM-006": N_("This quantity is too large."),
    "STU-001": N_("“{name}” is no id of an area: small Latin letters, digits and _."),
    "STU-002": N_(
        "“{name}” is no name of a file of an area: .bpmn, .dmn and .toml, and .form in forms/."
    ),
    "STU-003": N_("“{name}” cannot be read: {why}"),
    "STU-004": N_("A draft holds at most {files} files and {size} MB."),
    "STU-005": N_("Somebody saved this file meanwhile; yours is kept beside it."),
    "STU-006": N_("Somebody saved something in this draft meanwhile. Look at it and try again."),
    "STU-007": N_("Somebody else is editing; ask first."),
    "DEC-001": N_("The file has no such decision table any more."),
    "DEC-KEY": N_("“{name}” is no id of a decision: small Latin letters, digits and _."),
    "DEC-THERE": N_("The draft has a file {name} already."),
    "DEC-CELLS": N_("A table holds at most {limit:number} cells; nothing was put in."),
    "DEC-COLUMNS": N_("A table holds at most {limit} columns."),
    "DEC-LENGTH": N_("A cell holds at most {limit:number} characters; nothing was put in."),
    "DEC-PASTE": N_("What was pasted is too long: at most {limit:number} characters."),
    "DEC-WIDE": N_(
        "What was pasted has more columns than the table from there on: {limit}. Nothing was put"
        " in."
    ),
    "STU-008": N_("“{name}” holds no file of an area."),
    "STU-010": N_("Somebody decided on this deployment meanwhile, or took it back."),
    "STU-011": N_("Who asks for a deployment does not approve it; somebody else does."),
    "STU-012": N_("Something stands against this deployment; nothing was changed."),
    "STU-013": N_("Nothing is different from what is deployed."),
    "STU-016": N_("The repository did not take part; nothing was changed: {why}"),
    "STU-015": N_("Both changed the same place of “{name}”: say which one stands."),
    "STU-014": N_("This moment has passed, or is more than a year away."),
    "GEN-STRANDED": N_("Nothing moves it: no work of it waits, no step is open, nothing is heard."),
    "GEN-SUSPENDED": N_("No case of this process is started for now. Reason: {reason}"),
    "DEP-001": N_("The area was deployed again since this was asked for."),
    "DEP-002": N_("process.toml is of the area {named}, the draft of {area}."),
    "DEP-003": N_("The process {process} belongs to the area {area}."),
    "DEP-025": N_(
        "Which area this is of is not known: send its process.toml along, or deploy over a process "
        "that is there."
    ),
    "DEP-010": N_("Nobody is {role} in any unit; steps of the lane {lane} would wait for ever."),
    "DEP-011": N_("Nobody is {role} where the lane {lane} says ({unit})."),
    "DEP-012": N_("The lane {lane} names the unit {unit}, which there is not, or not any more."),
    "DEP-013": N_("In unit {unit} cases run, and nobody there is {role} (lane {lane})."),
    "DEP-014": N_("Nobody acts for an outside organisation as {role} (lane {lane})."),
    "DEP-020": N_("The settings, a form or a text cannot be read."),
    "DEP-021": N_("This does not fit the diagrams, the forms or the handlers there are."),
    "DEP-022": N_("Something outside that this relies on is not there, or not ours."),
    "RNM-001": N_("The draft has no such name; choose one of the list."),
    "RNM-002": N_("“{name}” cannot be written here: ids begin with a letter, without spaces."),
    "RNM-003": N_("Something else is called “{name}” already."),
    "RNM-004": N_("It is called so already."),
    "RNM-005": N_("Something stands against this name; nothing was changed."),
    "STU-030": N_(
        "The English texts of this area are written in a way this page cannot change; edit"
        " texts.en.toml as text."
    ),
    "STU-031": N_("What was sent is no form: {why}"),
    "STU-032": N_("“{name}” is no id of a form: small Latin letters, digits and _."),
    "DEP-030": N_("A test beside the model is not green."),
    "DEP-031": N_("The tests beside the model are still being run. Ask again in a moment."),
    "SUB-001": N_("There is nobody of this name here."),
    "SUB-002": N_("Nobody stands in for himself, under another account either."),
    "SUB-003": N_("The last day lies before the first."),
    "SUB-004": N_("These days are over."),
    "SUB-005": N_("A substitution lasts a year at most."),
    "SUB-006": N_("The reason is too long."),
    "SUB-007": N_("This person has no role that somebody else could do meanwhile."),
    "SUB-008": N_("These are not roles of the person away."),
    "SUB-009": N_("Who enters an absence for somebody else does not stand in himself."),
    "SUB-010": N_("Only roles in the units you lead can be passed on by you."),
    "SUB-011": N_(
        "They stand in for each other: from {from:date} to {to:date} the substitute is away too,"
        " and nobody does the work of both."
    ),
    "SUB-012": N_(
        "The substitute is away from {from:date} to {to:date}. What he does for others is not"
        " passed on to whoever stands in for him."
    ),
    "SUB-013": N_(
        "Somebody else stands in from {from:date} to {to:date} already; both may take the tasks."
    ),
    "SUB-014": N_("The substitute stands in for somebody else from {from:date} to {to:date}."),
    "PLAY-001": N_("Nothing waits there now; nothing was played."),
    "PLAY-002": N_("Time does not go back; go back to an earlier act instead."),
    "PLAY-003": N_("You have played on in another window. Load the page again."),
    "PLAY-FAILED": N_("The area's own program failed at this; the details say how."),
    "PLAY-LIMIT": N_("This would go on without end, or take too long; it was broken off."),
    "PLAY-LONG": N_("A run has at most {most} acts, and not more than can be kept."),
    "PLAY-TIME": N_("Choose how far time goes on."),
    "PLAY-VALUES": N_('Values are written as JSON, like {{"approved": true}}.'),
    "PPL-001": N_("Somebody has this user name."),
    "PPL-002": N_("There is no such unit."),
    "PPL-003": N_("This unit is closed."),
    "PPL-004": N_("An acting role has a last day."),
    "PPL-005": N_("The person has this role in these days already."),
    "PPL-006": N_("There is a unit of this code."),
    "PPL-007": N_("A unit cannot lie under itself."),
    "PPL-008": N_("Units under it are open; close or move them first."),
    "SOD": N_("One person may not do both of these steps of a case."),
    "SOD-014": N_("Who administers the site gives no approval, in whatever role."),
    "STM-013": N_("A changed quantity needs a reason."),
    "STM-017": N_("There is no line {line} here."),
    "STU-020": N_("Ids begin with a Latin letter or _ and have letters, digits, - . and _."),
    "STU-021": N_("{name} has to be changed by hand, as text: {why}"),
    "STU-022": N_("“{name}” is no place: case, ancestor, anywhere, a unit, or party:variable."),
    "STU-023": N_("“{name}” is no role: Latin capitals, digits and _."),
    "STU-024": N_("This drawing cannot be set: {why}"),
    "TALK-001": N_(
        "Nobody who may see this case has the user name “{name}”. The comment was not sent."
    ),
    "TALK-002": N_("A comment names at most {limit} people."),
    "TALK-003": N_("Somebody else wrote this comment."),
    "TALK-004": N_("The comment can be changed no more; write another one, or withdraw it."),
    "TALK-005": N_("No analyst has the user name “{name}”. The comment was not sent."),
    "TALK-006": N_("Somebody was faster: the thread is settled, or open again, already."),
    "XLS-001": N_("This is not a spreadsheet (.xlsx)."),
    "XLS-002": N_("The file is larger than {limit} MB."),
    "XLS-003": N_("The file is locked or of the old kind; save it as .xlsx without a password."),
    "XLS-004": N_("The file holds macros; save it as .xlsx."),
    "XLS-005": N_("The sheet “{sheet}” has more than {limit:number} rows."),
    "XLS-006": N_("The file is too large when unpacked."),
    "XLS-007": N_("The sheet “{sheet}” is missing; the file has: {found}."),
    "XLS-008": N_("The sheet “{sheet}” has no headings “{heading}”."),
    "XLS-009": N_("There is no line {line} here."),
    "XLS-010": N_("The line {line} comes twice, first in row {first}."),
    "XLS-011": N_("This quantity stands beside no line code."),
    "XLS-012": N_("{label}: the file says {found}, it should be {expected}."),
    "XLS-013": N_("The sheet “{sheet}” does not say: {label}."),
    "XLS-014": N_("This formula has no result; open the file in Excel and save it."),
    **PAPERLESS,
    **WRONG,
}


def text_of(problem: Problem, words: OwnWords | None = None, language: str | None = None) -> str:
    """Say a problem in the language of the page, unless another is asked for."""
    spoken = language or (words.language if words else locale())
    if told := text_of_rule(problem.code, spoken):
        return f"{place}: {told}" if (place := _place_of(problem)) else told
    is_duty = problem.code.startswith("SOD-") and problem.code not in TEXTS
    own = words.error(problem.code) if words else None
    text = own or unfilled("SOD" if is_duty else problem.code, spoken)
    if not text:
        unknown = N_("This cannot be accepted (%(code)s).")
        return texts_in(spoken).gettext(unknown) % {"code": problem.code}
    return filled(text, problem.params, spoken)


def unfilled(code: str, language: str) -> str:
    """Return the text of a code with its ``{names}`` as they stand; empty where it has none."""
    return texts_in(language).gettext(TEXTS[code]) if code in TEXTS else ""


def _place_of(problem: Problem) -> str:
    """Return where in a form a rule is broken; of a diagram the element says it."""
    named = (problem.params.get(each, "") for each in ("form", "component", "property"))
    return " ".join(filter(None, named)) if problem.code.startswith("FORM-") else ""


def sentences(told: object, words: Words | None = None) -> list[str]:
    """Say the problems a case keeps as ``[{"code": …, "params": {…}}]``."""
    if not isinstance(told, list):
        return [str(told)] if told else []
    return [text_of(Problem(each["code"], None, each.get("params", {})), words) for each in told]


def texts_by_field(problems: Iterable[Problem], words: Words | None = None) -> dict[str, list[str]]:
    """Return what to say beside each field."""
    texts: dict[str, list[str]] = {}
    for each in problems:
        texts.setdefault(each.field or "", []).append(text_of(each, words))
    return texts


def as_json(problem: Problem, words: OwnWords | None = None) -> dict[str, Any]:
    """Return a problem as `domain.md` §0.6 shows errors, in both languages."""
    said = {
        each: text_of(problem, replace(words, language=each) if words else None, each)
        for each in LOCALES
    }
    return {
        "code": problem.code,
        "field": problem.field,
        "message": said["en"],
        "messageFa": said["fa"],
        "params": dict(problem.params),
    }
