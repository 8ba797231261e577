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

CLINICAL = (
    "kps",
    "ecog",
    "performance_on",
    "performance_by",
    "extracranial_status",
    "systemic_therapy",
    "systemic_drugs",
    "trial_number",
    "board_specialties",
    "device_model",
    "device_dose_gy",
    "device_risk",
    "device_mri_checked",
    "pregnancy_result",
    "pregnancy_on",
    "contrast_agent",
    "kidney_function_on",
    "follow_up_mri_on",
    "follow_up_reason",
    "summary_sent_on",
    "summary_sent_to",
)
"""The patient before and after treatment: what automatic checks of the documentation read."""

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
    "simulated",
    "simulated_on",
    "localization_method",
    "localization_error_mm",
    "special_consult_order",
    "special_consult_report",
    "special_consult_on",
    "continuing_check",
    "continuing_check_on",
    "final_check_at",
    "final_check_by",
    "referring_clinician",
    "ordering_clinician",
    *PROGRESS,
    *CLINICAL,
    *CIRCUMSTANCES,
)

PRESCRIPTION = ("session_dose_gy", "prescribed_sessions", "prescribed_at", "prescribed_by")

LESION = (
    "label",
    "compartment",
    "region",
    "side",
    "diagnosis",
    "icd10",
    "max_dimension_mm",
    "original_dimension_mm",
    "volume_cc",
    "optic_distance_mm",
    "within_brainstem",
    "brainstem_distance_mm",
    "therapeutic_target",
    "spine_level",
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
    *PRESCRIPTION,
)

PLAN_PEOPLE = (
    "approved_by",
    "fusion_approved_by",
    "isodose_reviewed_by",
    "dvh_reviewed_by",
    "second_check_by",
    "chart_check_by",
)

PLAN_RECORDS = (
    "fusion_approved_at",
    "fusion_approved_by",
    "goals_set_at",
    "optimized_at",
    "isodose_reviewed_at",
    "isodose_reviewed_by",
    "dvh_reviewed_at",
    "dvh_reviewed_by",
    "source_output_on",
    "field_count",
    "compensator",
    "comparison_reference",
    "second_check_pct",
    "second_check_at",
    "second_check_by",
    "psqa_result",
    "psqa_device",
    "psqa_at",
    "chart_check_at",
    "chart_check_by",
    "transfer_check_at",
)
"""Reviews, checks and measurements of a plan: they prove items and decide no code."""

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
    *PLAN_RECORDS,
)

DAY_RECORD = (
    "timeout_at",
    "timeout_by",
    "operator",
    "coordinates_noted",
    "collision_checked",
    "image_kind",
    "shift_mm",
    "rotation_deg",
    "residual_mm",
    "images_approved_at",
    "images_approved_by",
    "frame_check_mm",
    "event_suspected",
    "variance",
    "incident_number",
)
"""What a session's own documentation is judged by; no code follows from it."""

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
    *DAY_RECORD,
)

DAY_TIMES = ("frame_on_at", "imaging_at")
"""Times of the day sheet that decide no code: they stay out of the case document."""

DAY_PEOPLE = ("timeout_by", "images_approved_by")
"""Who answers for a moment of the session: shown with it, not judged."""

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
    "body_site",
    "dose_gy",
    "fractions",
    "records_obtained",
    "note",
)

IMAGE = ("kind", "series", "acquired_on", "slice_mm", "for_planning", "fused", "reported")

TARGET = (
    "approved_at",
    "approved_by",
    "margin_mm",
    "coverage_pct",
    "conformity",
    "gradient",
    "max_dose_gy",
)

ORGAN = ("name", "limit_gy", "planned_gy", "comment")

DIRECTIVE = ("version", "total_gy", "site", "settings", "signed_at", "signed_by", "authorized_user")

PLANNING_ROWS = {"images": IMAGE, "targets": TARGET, "organs": ORGAN, "directives": DIRECTIVE}
"""Rows of a case known by id that may point to a plan (targets, organs) and a lesion (targets)."""

POINTING = {"targets": ("plan", "lesion"), "organs": ("plan",)}

WATCHED = (
    "max_dimension_mm",
    "original_dimension_mm",
    "optic_distance_mm",
    "within_brainstem",
    "brainstem_distance_mm",
    "region",
    "present_planning",
    "present_delivery",
    "presences",
)
"""Size, distance, region and presence: changed after a suggestion was shown, they are listed for the reviewer."""
