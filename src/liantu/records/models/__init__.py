"""The ledger of records: plans as loaded, files as accepted, registers with all their versions."""

from __future__ import annotations

from liantu.records.models.access import Grant
from liantu.records.models.additions import Addition, AdditionState
from liantu.records.models.audit import AuditEntry, Unalterable
from liantu.records.models.batches import Batch, RejectedRow
from liantu.records.models.calls import ApiToken, RememberedCall
from liantu.records.models.chains import Chain, ChainLink, ChainNode
from liantu.records.models.firms import Firm, FirmProduct, SupplyLink, TitleHeld
from liantu.records.models.imports import Correction, SavedMapping
from liantu.records.models.industries import ClassConcordance, CodeListEntry, IndustryClass
from liantu.records.models.lake import LakeFile, LakeIdentity
from liantu.records.models.listed import ListedFirm, ListedProduct, ProductRelation
from liantu.records.models.locks import RecordLock
from liantu.records.models.offices import Organisation, Person, SourceDocument
from liantu.records.models.places import Area, AreaChange, Parcel, Park
from liantu.records.models.plans import PlanEdition
from liantu.records.models.projects import Measure, Milestone, Project
from liantu.records.models.recorded import Action, Recorded, Unrecorded
from liantu.records.models.review import CaseKind, CaseState, ReviewCase, ReviewDecision

__all__ = [
    "Action",
    "Addition",
    "AdditionState",
    "ApiToken",
    "Area",
    "AreaChange",
    "AuditEntry",
    "Batch",
    "CaseKind",
    "CaseState",
    "Chain",
    "ChainLink",
    "ChainNode",
    "ClassConcordance",
    "CodeListEntry",
    "Correction",
    "Firm",
    "FirmProduct",
    "Grant",
    "IndustryClass",
    "LakeFile",
    "LakeIdentity",
    "ListedFirm",
    "ListedProduct",
    "Measure",
    "Milestone",
    "Organisation",
    "Parcel",
    "Park",
    "Person",
    "PlanEdition",
    "ProductRelation",
    "Project",
    "RecordLock",
    "Recorded",
    "RejectedRow",
    "RememberedCall",
    "ReviewCase",
    "ReviewDecision",
    "SavedMapping",
    "SourceDocument",
    "SupplyLink",
    "TitleHeld",
    "Unalterable",
    "Unrecorded",
]
