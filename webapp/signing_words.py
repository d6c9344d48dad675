"""What is said of archives, signatures and papers that are refused, by their codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from webapp.texts import N_

PAPERLESS: Final[Mapping[str, str]] = {
    "ARC-001": N_("The content of a document is missing, or is not what was handed in."),
    "ARC-002": N_("A signed document got no new archive timestamp, and the last one ends soon."),
    "ARC-010": N_(
        "This is no archive of a case, or a damaged one: no signed list of what is in it can be"
        " read."
    ),
    "ARC-011": N_("The list of what is in the archive is not signed by this site, or was changed."),
    "ARC-012": N_("{path} is missing."),
    "ARC-013": N_("{path} was changed."),
    "ARC-014": N_("{path} was added."),
    "ARC-015": N_("{path} is in the archive more than once."),
    "ARC-016": N_("{path} does not prove what was done in the case: {why}"),
    "ARC-017": N_("Nobody has signed this file."),
    "ARC-018": N_("This is not signed by this site, or was changed since."),
    "SIG-001": N_("What was signed was changed, or the signature is not of it."),
    "SIG-002": N_("The certificate is not valid now: it has expired, or begins later."),
    "SIG-003": N_("The certificate is not yours: its national code is another."),
    "SIG-004": N_("This has to be signed at a higher level."),
    "SIG-005": N_("The chain of signatures is broken."),
    "SIG-006": N_("This has to be signed: type your signing password, or sign in another way."),
    "SIG-007": N_("No trusted timestamp was to be had; nothing was signed. Try again later."),
    "SIG-008": N_(
        "The case has changed since this was signed. Look at it as it stands, and sign again."
    ),
    "SIG-009": N_("The certificate is not made for signing."),
    "SIG-010": N_("The certificate is revoked."),
    "SIG-011": N_("The certificate comes from an authority that is not trusted here."),
    "SIG-012": N_("Nobody says whether the certificate is revoked; try again later."),
    "SIG-013": N_("This cannot be read: no signature, key or signed PDF is in it."),
    "SIG-014": N_("The password or PIN does not open the key; nothing was signed."),
    "SIG-015": N_("There is no certificate to sign with. Ask for one under “My account”."),
    "SIG-016": N_("The clock of this server is wrong; nothing was signed."),
    "SIG-018": N_("This document cannot be signed: it is no PDF, encrypted, or damaged."),
    "SIG-019": N_("You have signed this document as it stands."),
    "SIG-020": N_(
        "The paper that you sign with this answer is not printed yet. Try again in a moment; if it "
        "lasts, an administrator sees why."
    ),
    "SIG-021": N_(
        "Your national code is not written down here, and a certificate names it. An administrator "
        "writes it into your account."
    ),
    "PPR-001": N_("Pages in the scan: {count}. Every page of the paper has to be in it."),
    "PPR-002": N_("The scan of a paper is a PDF."),
    "PPR-003": N_("The paper of this document was taken in before."),
    "PPR-004": N_("You have found this scan true before; it takes two people."),
    "PPR-005": N_("Two people have to find the scan true first."),
    "PPR-006": N_("What became of the paper is written down."),
    "PPR-007": N_("An auditor has to allow it first, and the day cannot be before that."),
    "PPR-008": N_("It was allowed before."),
    "PPR-009": N_("A hold lies on this case: nothing of it is destroyed."),
    "PPR-010": N_("Another version counts by now. Look at it as it stands."),
    "PPR-011": N_("A day between the one the paper came and today."),
    "PPR-012": N_("Who took it in or found the scan true does not let it be destroyed."),
    "PPR-013": N_(
        "Page {page} of the scan has {dpi} dots to an inch. A scan of paper needs {least}: scan it"
        " again."
    ),
}
