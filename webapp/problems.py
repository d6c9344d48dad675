"""What is said to people about a problem code, in both languages.

An area's own text (``[errors]`` of its ``texts.<locale>.toml``) comes first; the rest is here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.errors import Problem
from webapp.findings import text_of_rule
from webapp.request import LOCALES, locale
from webapp.scenarios.words import WRONG
from webapp.wording import Words, filled

#: Texts use ``{name}`` for what a problem carries in its params, ``{name:number}`` for amounts.
TEXTS: Final[Mapping[str, Any]] = {
    "GEN-REQUIRED": _l("This has to be answered."),
    "GEN-NOTHING-CHOSEN": _l("There is nothing to do this to."),
    "GEN-BATCH": _l("The batch does not stand where this can be done; nothing was changed."),
    "ARC-001": _l("The content of a document is missing, or is not what was handed in."),
    "ARC-002": _l("A signed document got no new archive timestamp, and the last one ends soon."),
    "RET-001": _l("A legal hold lies on the case: nothing of it is deleted or made anonymous."),
    "RET-002": _l("The case has to be kept still, or no rule lets it be deleted."),
    "RET-003": _l("The case still runs, or one that it called."),
    "RET-004": _l("The journal has not sealed all acts of the case yet; try again in a minute."),
    "RET-005": _l("No legal hold lies on the case."),
    "RET-006": _l("The case was purged: only its number, its dates and hashes are left."),
    "RET-008": _l("The person stands in cases that could not be changed yet; try again then."),
    "RET-009": _l("The person may still sign in: close the account first."),
    "RET-007": _l("You have asked for this; somebody else confirms it."),
    "GEN-OUTCOME": _l("Choose how this step ends."),
    "GEN-JSON": _l("This is not JSON that can be read here."),
    "GEN-NUMBER": _l("This is not a number."),
    "GEN-WHOLE": _l("This is not a whole number."),
    "GEN-DECIMALS": _l("This number has too many decimals."),
    "GEN-RANGE": _l("This number is outside the allowed range ({min:number} to {max:number})."),
    "API-001": _l("Choose at least one thing it may do."),
    "API-003": _l("Too many cases are looked through: name some of them."),
    "API-002": _l("A token ends after 1 to {most} days."),
    "GEN-LENGTH": _l("This text has to have {min} to {max} characters."),
    "GEN-PATTERN": _l("This is not written as asked."),
    "GEN-EMAIL": _l("This is not an e-mail address."),
    "GEN-PHONE": _l("This is not a telephone number."),
    "GEN-TIME": _l("This is not a time; write it like 14:30."),
    "GEN-STEP": _l("This is not a multiple of {step:number} minutes."),
    "GEN-ORDER": _l("The end lies before the beginning."),
    "GEN-PASSED": _l("This day has passed."),
    "GEN-ROWS": _l("This needs {min:number} to {max:number} rows."),
    "GEN-MORE": _l("Your answers bring this question up; answer it or leave it, and send again."),
    "GEN-SIGNATURE": _l("Sign by typing your name."),
    "GEN-DRAWING": _l("This drawing cannot be kept; clear it and draw again."),
    "GEN-RULE": _l("{message}"),
    "GEN-UNKNOWN": _l("This form does not ask for this."),
    "GEN-TYPE": _l("This value is of the wrong type."),
    "GEN-CHOICE": _l("This is not one of the choices."),
    "GEN-400": _l("The request could not be read."),
    "GEN-CSRF": _l("The page was open too long. Go back, load it again and send once more."),
    "GEN-SIGN-IN": _l("Sign in first."),
    "GEN-413": _l(
        "What was sent is too large, and none of it was taken. Go back: what you typed is still"
        " there; shorten it, or hand long texts in as a document."
    ),
    "GEN-401": _l("This step is an approval: confirm it with your password."),
    "GEN-PASSWORD": _l("The password or the code is wrong; nothing was sent. Type it again."),
    "GEN-GUESSING": _l("Too many attempts. Wait a quarter of an hour and try again."),
    "GEN-403": _l("This is not yours to do."),
    "GEN-404": _l("There is no such page, or it is not yours to see."),
    "GEN-409": _l("Somebody was faster; nothing was changed."),
    "GEN-ENDED": _l("The case has ended; nothing was changed."),
    "GEN-WENT-ON": _l(
        "The case has gone on since you looked at it; nothing was changed. Look at what the"
        " repair would do now, and decide again."
    ),
    "GEN-OTHER-CASE": _l("That belongs to another case; open that one and repair it there."),
    "GEN-DECIDED": _l("Somebody has decided on this meanwhile; nothing was changed."),
    "GEN-OWN-REPAIR": _l("Who asked for a repair does not confirm it; a second person does."),
    "GEN-SECOND": _l(
        "Here a second administrator confirms each repair: ask for it on the page of the case."
        " Nothing was changed."
    ),
    "GEN-REPAIR": _l("What was asked for is no repair; nothing was changed."),
    "GEN-RUNS": _l("The case has not ended. Move its tokens instead of starting it again."),
    "GEN-RESTART": _l(
        "This process keeps records of its own for each case, which a copy would not have."
        " Start a new case by its form."
    ),
    "GEN-HELD": _l("An administrator has suspended this case; nothing was changed."),
    "GEN-NOT-HELD": _l("The case is not suspended; nothing was changed."),
    "GEN-AT-WORK": _l("A worker is at a step of the case just now. Try again when it is done."),
    "GEN-THERE": _l("The case runs in this version already; nothing was changed."),
    "GEN-LATE": _l("The case does not wait for this now; nothing was changed."),
    "GEN-ASSIGN": _l("Who has a task, who is above its desk and administrators say who does it."),
    "GEN-ASSIGNEE": _l("This person may not have this task."),
    "GEN-DELEGATED": _l("You work on this for somebody else: hand it back when you are done."),
    "GEN-REMINDED": _l("Somebody asked after this task within the last day; once a day is enough."),
    "GEN-SHARE": _l("Who heads a desk and administrators share filters with it."),
    "GEN-FILTER": _l("You have another filter of this name."),
    "GEN-BULK": _l("This step is answered by itself, not with others."),
    "GEN-REPORT": _l("Nothing like this is reported of this step; nothing was changed."),
    "GEN-RETURN": _l("The step cannot be sent back there."),
    "GEN-RECALL": _l("The case has gone on from this answer; it stays given."),
    "GEN-SNOOZE": _l("Work can be put off to a moment ahead, within a year."),
    "GEN-NO-ADDRESS": _l("Confirm first in your profile where you get mail."),
    "GEN-REPORTS": _l("You have as many reports as there can be; stop one first."),
    "GEN-CURSOR": _l("No event has this cursor: ask after the last you know, or `now`."),
    "GEN-HOOK-NAME": _l("Give it a name of its own, of at most 200 characters."),
    "GEN-HOOK-MESSAGE": _l("Say the name of the message that cases wait for."),
    "GEN-HOOK-FEEL": _l("This is no FEEL expression, or its variable is no name: {why}"),
    "GEN-HOOK-BODY": _l("Nothing can be made of what was posted: {why}"),
    "GEN-WEBHOOK-NAME": _l("Give it a name of its own, of at most 200 characters."),
    "GEN-WEBHOOK-URL": _l("An address is needed: https://… without user name or password."),
    "GEN-KEY": _l("A business key has at most {limit} characters; this one has {length}."),
    "GEN-422": _l("A rule does not allow this."),
    "GEN-500": _l("Something went wrong on our side."),
    "GEN-503": _l("The database does not answer. Nothing was changed; try again in a moment."),
    "SIG-001": _l("What was signed was changed, or the signature is not of it."),
    "SIG-002": _l("The certificate is not valid now: it has expired, or begins later."),
    "SIG-003": _l("The certificate is not yours: its national code is another."),
    "SIG-004": _l("This has to be signed at a higher level."),
    "SIG-005": _l("The chain of signatures is broken."),
    "SIG-006": _l("This has to be signed: type your signing password, or sign in another way."),
    "SIG-007": _l("No trusted timestamp was to be had; nothing was signed. Try again later."),
    "SIG-008": _l(
        "The case has changed since this was signed. Look at it as it stands, and sign again."
    ),
    "SIG-009": _l("The certificate is not made for signing."),
    "SIG-010": _l("The certificate is revoked."),
    "SIG-011": _l("The certificate comes from an authority that is not trusted here."),
    "SIG-012": _l("Nobody says whether the certificate is revoked; try again later."),
    "SIG-013": _l("This cannot be read: no signature, key or signed PDF is in it."),
    "SIG-014": _l("The password or PIN does not open the key; nothing was signed."),
    "SIG-015": _l("There is no certificate to sign with. Ask for one under “My account”."),
    "SIG-016": _l("The clock of this server is wrong; nothing was signed."),
    "SIG-018": _l("This document cannot be signed: it is no PDF, encrypted, or damaged."),
    "SIG-019": _l("You have signed this document as it stands."),
    "SIG-020": _l(
        "The paper that you sign with this answer is not printed yet. Try again in a moment; if it "
        "lasts, an administrator sees why."
    ),
    "SIG-021": _l(
        "Your national code is not written down here, and a certificate names it. An administrator "
        "writes it into your account."
    ),
    "PPR-001": _l("Pages in the scan: {count}. Every page of the paper has to be in it."),
    "PPR-002": _l("The scan of a paper is a PDF."),
    "PPR-003": _l("The paper of this document was taken in before."),
    "PPR-004": _l("You have found this scan true before; it takes two people."),
    "PPR-005": _l("Two people have to find the scan true first."),
    "PPR-006": _l("What became of the paper is written down."),
    "PPR-007": _l("An auditor has to allow it first, and the day cannot be before that."),
    "PPR-008": _l("It was allowed before."),
    "PPR-009": _l("A hold lies on this case: nothing of it is destroyed."),
    "PPR-010": _l("Another version counts by now. Look at it as it stands."),
    "PPR-011": _l("A day between the one the paper came and today."),
    "PPR-012": _l("Who took it in or found the scan true does not let it be destroyed."),
    "PPR-013": _l(
        "Page {page} of the scan has {dpi} dots to an inch. A scan of paper needs {least}: scan it"
        " again."
    ),
    "GEN-WITHDRAWN": _l("The document was withdrawn; nothing was changed."),
    "GEN-FILE-EMPTY": _l("“{name}” is empty."),
    "GEN-FILE-TRICK": _l(
        "“{name}” was sent under a name that is not what it looks like: it holds folders, hidden"
        " marks, or marks that turn letters around. Rename it and choose it again."
    ),
    "GEN-FILE-BODY": _l(
        "What was about to be sent is larger than {limit} MB, and none of it was taken. Go back:"
        " what you typed is still there; send smaller documents, or fewer at once."
    ),
    "GEN-FILE-SIZE": _l("“{name}” is larger than {limit} MB."),
    "GEN-FILE-PROGRAM": _l("“{name}” is or holds a program, whatever its name says."),
    "GEN-FILE-OLD": _l(
        "“{name}” is of the kind office programs wrote before 2007; save it as .docx, .xlsx or PDF."
    ),
    "GEN-FILE-KIND": _l("“{name}” is of a kind that is not taken here."),
    "GEN-FILE-NAME": _l("The content of “{name}” is not what the end of its name says."),
    "GEN-FILE-TWO": _l("“{name}” is two files in one; hand in the one that is meant."),
    "GEN-FILE-DAMAGED": _l("“{name}” is damaged, or something was added to it."),
    "GEN-FILE-ACTIVE": _l(
        "“{name}” would do things by itself when opened (scripts or files inside)."
        " Print it into a new PDF."
    ),
    "GEN-FILE-MACROS": _l("“{name}” holds macros; save it without them."),
    "GEN-FILE-BOMB": _l("“{name}” would be far too large, or too many files, when unpacked."),
    "GEN-FILE-LOCKED": _l("“{name}” is locked with a password; save it without one."),
    "GEN-FILE-PATHS": _l("“{name}” holds files that would leave their folder."),
    "GEN-FILE-GONE": _l("A document that was chosen is not in this case, or was withdrawn."),
    "GEN-FILE-ONE": _l("Only one document can be chosen here."),
    "GEN-FILE-MANY": _l("The file of this case is full: it takes {limit} documents."),
    "GEN-FILE-CASE": _l("The file of this case is full: it takes {limit} MB."),
    "GEN-FILE-VIRUS": _l("The virus scanner found {found} in “{name}”. Tell your administrators."),
    "GEN-FILE-UNSCANNED": _l(
        "“{name}” could not be looked at for viruses now, so it was not taken. Try again later."
    ),
    "MON-001": _l("This is not a whole amount in rials of at most 18 digits."),
    "MON-002": _l("The amount has to be positive."),
    "MON-003": _l("This is not a whole amount in tomans; what is less than one is typed in rials."),
    "MON-004": _l("This amount is outside the allowed range ({min:number} to {max:number} rials)."),
    "CAL-001": _l("This is not a date of the calendar; write it like 1404/07/30."),
    "CAL-002": _l("Nobody can work by this: it closes before it opens, or has no working day."),
    "CAL-003": _l("Line {line}: {text} is no day; write it like 1406/01/13."),
    "ID-001": _l("This is not a valid national code."),
    "ID-002": _l("This is not a valid national id of a legal entity."),
    "ID-003": _l("This is not a mobile number."),
    "ID-004": _l("This is not a postal code of ten digits."),
    "PAY-003": _l("This is not a valid IBAN."),
    # what the books refuse is told wherever something is posted to them
    "FIN-010": _l("The entry does not balance: debit {debit:number}, credit {credit:number}."),
    "FIN-012": _l("The books of {unit} are closed for {month}."),
    "ACC-001": _l("No account is set for the part “{part}” of {kind}."),
    "ACC-002": _l("The chart of accounts has no {account}."),
    "ACC-003": _l("Nothing of {kind} stands for {number} that could be reversed."),
    "STM-004": _l("A quantity has at most 3 decimals."),
    "STM-005": _l("A quantity cannot be negative."),
    "STM-006": _l("This quantity is too large."),
    "STU-001": _l("“{name}” is no id of an area: small Latin letters, digits and _."),
    "STU-002": _l(
        "“{name}” is no name of a file of an area: .bpmn, .dmn and .toml, and .form in forms/."
    ),
    "STU-003": _l("“{name}” cannot be read: {why}"),
    "STU-004": _l("A draft holds at most {files} files and {size} MB."),
    "STU-005": _l("Somebody saved this file meanwhile; yours is kept beside it."),
    "STU-006": _l("Somebody saved something in this draft meanwhile. Look at it and try again."),
    "STU-007": _l("Somebody else is editing; ask first."),
    "DEC-001": _l("The file has no such decision table any more."),
    "DEC-KEY": _l("“{name}” is no id of a decision: small Latin letters, digits and _."),
    "DEC-THERE": _l("The draft has a file {name} already."),
    "DEC-CELLS": _l("A table holds at most {limit:number} cells; nothing was put in."),
    "DEC-COLUMNS": _l("A table holds at most {limit} columns."),
    "DEC-LENGTH": _l("A cell holds at most {limit:number} characters; nothing was put in."),
    "DEC-PASTE": _l("What was pasted is too long: at most {limit:number} characters."),
    "DEC-WIDE": _l(
        "What was pasted has more columns than the table from there on: {limit}. Nothing was put"
        " in."
    ),
    "STU-008": _l("“{name}” holds no file of an area."),
    "STU-010": _l("Somebody decided on this deployment meanwhile, or took it back."),
    "STU-011": _l("Who asks for a deployment does not approve it; somebody else does."),
    "STU-012": _l("Something stands against this deployment; nothing was changed."),
    "STU-013": _l("Nothing is different from what is deployed."),
    "STU-016": _l("The repository did not take part; nothing was changed: {why}"),
    "STU-015": _l("Both changed the same place of “{name}”: say which one stands."),
    "STU-014": _l("This moment has passed, or is more than a year away."),
    "GEN-STRANDED": _l("Nothing moves it: no work of it waits, no step is open, nothing is heard."),
    "GEN-SUSPENDED": _l("No case of this process is started for now. Reason: {reason}"),
    "DEP-001": _l("The area was deployed again since this was asked for."),
    "DEP-002": _l("process.toml is of the area {named}, the draft of {area}."),
    "DEP-003": _l("The process {process} belongs to the area {area}."),
    "DEP-025": _l(
        "Which area this is of is not known: send its process.toml along, or deploy over a process "
        "that is there."
    ),
    "DEP-010": _l("Nobody is {role} in any unit; steps of the lane {lane} would wait for ever."),
    "DEP-011": _l("Nobody is {role} where the lane {lane} says ({unit})."),
    "DEP-012": _l("The lane {lane} names the unit {unit}, which there is not, or not any more."),
    "DEP-013": _l("In unit {unit} cases run, and nobody there is {role} (lane {lane})."),
    "DEP-014": _l("Nobody acts for an outside organisation as {role} (lane {lane})."),
    "DEP-020": _l("The settings, a form or a text cannot be read."),
    "DEP-021": _l("This does not fit the diagrams, the forms or the handlers there are."),
    "DEP-022": _l("Something outside that this relies on is not there, or not ours."),
    "RNM-001": _l("The draft has no such name; choose one of the list."),
    "RNM-002": _l("“{name}” cannot be written here: ids begin with a letter, without spaces."),
    "RNM-003": _l("Something else is called “{name}” already."),
    "RNM-004": _l("It is called so already."),
    "RNM-005": _l("Something stands against this name; nothing was changed."),
    "STU-030": _l(
        "The English texts of this area are written in a way this page cannot change; edit"
        " texts.en.toml as text."
    ),
    "STU-031": _l("What was sent is no form: {why}"),
    "STU-032": _l("“{name}” is no id of a form: small Latin letters, digits and _."),
    "DEP-030": _l("A test beside the model is not green."),
    "DEP-031": _l("The tests beside the model are still being run. Ask again in a moment."),
    "SUB-001": _l("There is nobody of this name here."),
    "SUB-002": _l("Nobody stands in for himself, under another account either."),
    "SUB-003": _l("The last day lies before the first."),
    "SUB-004": _l("These days are over."),
    "SUB-005": _l("A substitution lasts a year at most."),
    "SUB-006": _l("The reason is too long."),
    "SUB-007": _l("This person has no role that somebody else could do meanwhile."),
    "SUB-008": _l("These are not roles of the person away."),
    "SUB-009": _l("Who enters an absence for somebody else does not stand in himself."),
    "SUB-010": _l("Only roles in the units you lead can be passed on by you."),
    "SUB-011": _l(
        "They stand in for each other: from {from:date} to {to:date} the substitute is away too,"
        " and nobody does the work of both."
    ),
    "SUB-012": _l(
        "The substitute is away from {from:date} to {to:date}. What he does for others is not"
        " passed on to whoever stands in for him."
    ),
    "SUB-013": _l(
        "Somebody else stands in from {from:date} to {to:date} already; both may take the tasks."
    ),
    "SUB-014": _l("The substitute stands in for somebody else from {from:date} to {to:date}."),
    "PLAY-001": _l("Nothing waits there now; nothing was played."),
    "PLAY-002": _l("Time does not go back; go back to an earlier act instead."),
    "PLAY-003": _l("You have played on in another window. Load the page again."),
    "PLAY-FAILED": _l("The area's own program failed at this; the details say how."),
    "PLAY-LIMIT": _l("This would go on without end, or take too long; it was broken off."),
    "PLAY-LONG": _l("A run has at most {most} acts, and not more than can be kept."),
    "PLAY-TIME": _l("Choose how far time goes on."),
    "PLAY-VALUES": _l('Values are written as JSON, like {{"approved": true}}.'),
    "PPL-001": _l("Somebody has this user name."),
    "PPL-002": _l("There is no such unit."),
    "PPL-003": _l("This unit is closed."),
    "PPL-004": _l("An acting role has a last day."),
    "PPL-005": _l("The person has this role in these days already."),
    "PPL-006": _l("There is a unit of this code."),
    "PPL-007": _l("A unit cannot lie under itself."),
    "PPL-008": _l("Units under it are open; close or move them first."),
    "SOD": _l("One person may not do both of these steps of a case."),
    "SOD-014": _l("Who administers the site gives no approval, in whatever role."),
    "STM-013": _l("A changed quantity needs a reason."),
    "STM-017": _l("There is no line {line} here."),
    "STU-020": _l("Ids begin with a Latin letter or _ and have letters, digits, - . and _."),
    "STU-021": _l("{name} has to be changed by hand, as text: {why}"),
    "STU-022": _l("“{name}” is no place: case, ancestor, anywhere, a unit, or party:variable."),
    "STU-023": _l("“{name}” is no role: Latin capitals, digits and _."),
    "STU-024": _l("This drawing cannot be set: {why}"),
    "TALK-001": _l(
        "Nobody who may see this case has the user name “{name}”. The comment was not sent."
    ),
    "TALK-002": _l("A comment names at most {limit} people."),
    "TALK-003": _l("Somebody else wrote this comment."),
    "TALK-004": _l("The comment can be changed no more; write another one, or withdraw it."),
    "TALK-005": _l("No analyst has the user name “{name}”. The comment was not sent."),
    "TALK-006": _l("Somebody was faster: the thread is settled, or open again, already."),
    "XLS-001": _l("This is not a spreadsheet (.xlsx)."),
    "XLS-002": _l("The file is larger than {limit} MB."),
    "XLS-003": _l("The file is locked or of the old kind; save it as .xlsx without a password."),
    "XLS-004": _l("The file holds macros; save it as .xlsx."),
    "XLS-005": _l("The sheet “{sheet}” has more than {limit:number} rows."),
    "XLS-006": _l("The file is too large when unpacked."),
    "XLS-007": _l("The sheet “{sheet}” is missing; the file has: {found}."),
    "XLS-008": _l("The sheet “{sheet}” has no headings “{heading}”."),
    "XLS-009": _l("There is no line {line} here."),
    "XLS-010": _l("The line {line} comes twice, first in row {first}."),
    "XLS-011": _l("This quantity stands beside no line code."),
    "XLS-012": _l("{label}: the file says {found}, it should be {expected}."),
    "XLS-013": _l("The sheet “{sheet}” does not say: {label}."),
    "XLS-014": _l("This formula has no result; open the file in Excel and save it."),
    **{code: _l(text) for code, text in WRONG.items()},
}


def text_of(problem: Problem, words: Words | None = None, language: str | None = None) -> str:
    """Say a problem in the language of the page, unless another is asked for."""
    spoken = language or (words.language if words else locale())
    if told := text_of_rule(problem.code, spoken):
        return f"{place}: {told}" if (place := _place_of(problem)) else told
    is_duty = problem.code.startswith("SOD-") and problem.code not in TEXTS
    code = "SOD" if is_duty else problem.code
    text = (words.error(problem.code) if words else None) or str(
        TEXTS.get(code, _("This cannot be accepted (%(code)s).", code=problem.code))
    )
    return filled(text, problem.params, spoken)


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


def as_json(problem: Problem, words: Words | None = None) -> dict[str, Any]:
    """Return a problem as `domain.md` §0.6 shows errors, in both languages."""
    said = {}
    for each in LOCALES:
        with force_locale(each):
            said[each] = text_of(problem, Words(words.definition, each) if words else None, each)
    return {
        "code": problem.code,
        "field": problem.field,
        "message": said["en"],
        "messageFa": said["fa"],
        "params": dict(problem.params),
    }
