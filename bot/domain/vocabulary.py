"""The closed lists of words that a record may use; `data/README.md` explains each to editors."""

from enum import StrEnum


class Topic(StrEnum):
    """What a case is about, legally."""

    AUTHORSHIP = "authorship"
    INVENTORSHIP = "inventorship"
    TRAINING = "training"
    OUTPUT = "output"
    PLATFORM_LIABILITY = "platform-liability"
    RIGHTS_INFORMATION = "rights-information"
    TEXT_AND_DATA_MINING = "text-and-data-mining"
    TRADEMARK = "trademark"
    LIKENESS = "likeness"
    CONTRACT = "contract"
    TRADE_SECRET = "trade-secret"
    UNFAIR_COMPETITION = "unfair-competition"
    MORAL_RIGHTS = "moral-rights"
    EVIDENCE = "evidence"


class Role(StrEnum):
    """The part that a party plays in a case."""

    PLAINTIFF = "plaintiff"
    DEFENDANT = "defendant"
    APPLICANT = "applicant"
    RESPONDENT = "respondent"
    APPELLANT = "appellant"
    AUTHORITY = "authority"
    INTERVENER = "intervener"


class Status(StrEnum):
    """Where a case stands as of the day its record was checked."""

    PENDING = "pending"
    DECIDED = "decided"
    ON_APPEAL = "on-appeal"
    SETTLED = "settled"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    FINAL = "final"


class Level(StrEnum):
    """The rank of the body that made a ruling."""

    FIRST_INSTANCE = "first-instance"
    APPEAL = "appeal"
    SUPREME = "supreme"
    AGENCY = "agency"
    REFERENCE = "reference"


class Result(StrEnum):
    """What a ruling decided, in one term."""

    COPYRIGHT_RECOGNISED = "copyright-recognised"
    COPYRIGHT_DENIED = "copyright-denied"
    INVENTOR_ACCEPTED = "inventor-accepted"
    INVENTOR_DENIED = "inventor-denied"
    INFRINGEMENT_FOUND = "infringement-found"
    NO_INFRINGEMENT = "no-infringement"
    FAIR_USE = "fair-use"
    NOT_FAIR_USE = "not-fair-use"
    EXCEPTION_APPLIES = "exception-applies"
    EXCEPTION_DENIED = "exception-denied"
    PARTLY_GRANTED = "partly-granted"
    DISMISSED = "dismissed"
    PARTLY_DISMISSED = "partly-dismissed"
    SETTLEMENT_APPROVED = "settlement-approved"
    REFERRED = "referred"
    PROCEDURAL = "procedural"


class RemedyKind(StrEnum):
    """What a ruling orders somebody to pay or do."""

    DAMAGES = "damages"
    COSTS = "costs"
    SETTLEMENT = "settlement"
    INJUNCTION = "injunction"
    FINE = "fine"


class Relation(StrEnum):
    """How a case bears on another one that it names."""

    APPEAL_OF = "appeal-of"
    PARALLEL = "parallel"
    FOLLOWS = "follows"
    CONTRASTS = "contrasts"
    COMPARE = "compare"
    SAME_PARTIES = "same-parties"


class SourceKind(StrEnum):
    """Whether a source is the decision itself (or its docket) or a report about it."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
