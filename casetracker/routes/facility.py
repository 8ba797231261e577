"""Addresses of the facility file: machines by id, people by id below their department. No patient data."""

from django.urls import path

from casetracker.views import facility

FACILITY_ROUTES = [
    path("machines/", facility.machines, name="machines"),
    path("machines/<int:machine_id>/", facility.machine_checks, name="machine-checks"),
    path("machines/<int:machine_id>/usual/", facility.machine_usual, name="machine-usual"),
    path(
        "machines/<int:machine_id>/checks/<int:check_id>/remove/",
        facility.machine_check_remove,
        name="machine-check-remove",
    ),
    path(
        "people/<int:department_id>/clinicians/<int:clinician_id>/qualifications/",
        facility.qualifications,
        name="qualifications",
    ),
    path(
        "people/<int:department_id>/clinicians/<int:clinician_id>/qualifications/<int:qualification_id>/",
        facility.qualification,
        name="qualification",
    ),
    path(
        "people/<int:department_id>/clinicians/<int:clinician_id>/qualifications/<int:qualification_id>/remove/",
        facility.qualification_remove,
        name="qualification-remove",
    ),
]
