"""All records of `casetracker`. What crosses tables belongs to selectors and services."""

from .accounts import KeptPost, SentDigest
from .audit import AuditEvent, AuditHead, CaseRevision
from .billing import BillingLine, Evaluation, LiftedConflict
from .case import Authorization, Case, CaseTemplate, OtherCourse, Patient, QueueCode
from .course import CaseClinician, Lesion, Plan, SessionLesion, SessionPresence, TreatmentSession
from .evidence import ChecklistItem, Document, ItemDocument
from .handoff import Handoff, HandoffFile
from .handover import HandOver
from .overpayment import Overpayment
from .oversight import SafetyNotice
from .people import (
    Clinician,
    Department,
    DutyAssignment,
    Machine,
    MachineCheck,
    Membership,
    NotApplicableReason,
    Payer,
    PolicySetting,
    Qualification,
    User,
)
from .planning import Directive, ImageSet, OrganAtRisk, Target
from .review import Packet, Query, ReviewDecision
from .second_look import SecondLook
from .tokens import ApiToken

__all__ = [
    "ApiToken",
    "AuditEvent",
    "AuditHead",
    "Authorization",
    "BillingLine",
    "Case",
    "CaseClinician",
    "CaseRevision",
    "CaseTemplate",
    "ChecklistItem",
    "Clinician",
    "Department",
    "Directive",
    "Document",
    "DutyAssignment",
    "Evaluation",
    "HandOver",
    "Handoff",
    "HandoffFile",
    "ImageSet",
    "ItemDocument",
    "KeptPost",
    "Lesion",
    "LiftedConflict",
    "Machine",
    "MachineCheck",
    "Membership",
    "NotApplicableReason",
    "OrganAtRisk",
    "OtherCourse",
    "Overpayment",
    "Packet",
    "Patient",
    "Payer",
    "Plan",
    "PolicySetting",
    "Qualification",
    "Query",
    "QueueCode",
    "ReviewDecision",
    "SafetyNotice",
    "SecondLook",
    "SentDigest",
    "SessionLesion",
    "SessionPresence",
    "Target",
    "TreatmentSession",
    "User",
]
