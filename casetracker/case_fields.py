"""Which columns of the case records are facts that a form may carry, by record. Names only."""

CIRCUMSTANCES = (
    "authorization_required",
    "outside_coverage_policy",
    "trial",
    "resident_involved",
    "implanted_device",
    "could_be_pregnant",
    "contrast",
    "sedation",
    "prior_radiation",
    "prior_radiation_overlap",
    "prescription_changed",
    "images_fused",
    "visit_within_one_day",
    "addendum_used",
    "signature_missing",
    "record_requested",
)

PROGRESS = ("referred_on", "consulted_on", "decided_on", "qa_cleared_at", "follow_up_on")
"""Clinical-state dates that decide no code: they may be recorded beside an approval."""

CASE = (
    "account_number",
    "payer",
    "member_number",
    "eligibility_checked_on",
    "policy_reference",
    "policy_version",
    "filing_deadline",
    "setting",
    "off_campus",
    "machine",
    "modality",
    "date_of_service",
    "planned_sessions",
    "fixation_type",
    "fixation_placed_by",
    "clinical_plan_on",
    "simulated_on",
    "special_consult_order",
    "special_consult_report",
    "special_consult_on",
    "continuing_check",
    "continuing_check_on",
    "kps",
    "performance_on",
    "referring_clinician",
    "ordering_clinician",
    *PROGRESS,
    *CIRCUMSTANCES,
)

LESION = (
    "label",
    "compartment",
    "region",
    "side",
    "diagnosis",
    "icd10",
    "max_dimension_mm",
    "volume_cc",
    "optic_distance_mm",
    "within_brainstem",
    "therapeutic_target",
    "dural_contact",
    "neural_involvement",
    "intradural",
    "cavity",
    "target",
    "measured_on",
    "measured_by",
    "image_reference",
    "found_on",
    "stated_class",
    "surgeon",
    "dose_gy",
    "isodose_pct",
)

PLAN = (
    "label",
    "technique",
    "planned_on",
    "approved_at",
    "approved_by",
    "isocenters",
    "arcs",
    "calculations",
    "custom_devices",
    "mlc_modulated",
    "active_motion_management",
)

SESSION = (
    "number",
    "date",
    "machine",
    "status",
    "frame_on_at",
    "imaging_at",
    "started_at",
    "beam_on_at",
    "ended_at",
    "frame_off_at",
    "percent_delivered",
    "stop_reason",
    "anesthesia",
    "in_room",
    "image_guidance",
)

DAY_TIMES = ("frame_on_at", "imaging_at", "frame_off_at")
"""Times of the day sheet that decide no code: they stay out of the case document."""

TEAM = ("documented_role", "present_planning", "present_delivery")

AUTHORIZATION = ("number", "codes", "sessions", "modality", "valid_from", "valid_to")

OTHER_COURSE = (
    "linked",
    "relation",
    "started_on",
    "ended_on",
    "surgeon",
    "group",
    "prescribed_separately",
    "note",
)

WATCHED = (
    "max_dimension_mm",
    "optic_distance_mm",
    "within_brainstem",
    "region",
    "present_planning",
    "present_delivery",
    "presences",
)
"""Size, distance, region and presence: changed after a suggestion was shown, they are listed for the reviewer."""
