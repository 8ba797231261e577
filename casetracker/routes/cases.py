"""Addresses of the first page, of cases and of case templates. No patient data in any of them."""

from django.urls import path

from casetracker.views import case_conflict, case_facts, case_templates, cases, home, start, treatment_day

CASE_ROUTES = [
    path("", home.home, name="home"),
    path("cases/", cases.case_list, name="case-list"),
    path("cases/new/", start.start, name="case-start"),
    path("cases/new/patient/", start.patient, name="case-start-patient"),
    path("cases/<int:case_id>/", cases.overview, name="case"),
    path("cases/<int:case_id>/facts/", case_facts.facts, name="case-facts"),
    path("cases/<int:case_id>/facts/panel/", case_facts.panel, name="case-panel"),
    path("cases/<int:case_id>/sessions/<int:number>/day/", treatment_day.treatment_day, name="treatment-day"),
    path("cases/<int:case_id>/facts/changed/", case_facts.changed, name="case-changed"),
    path("cases/<int:case_id>/facts/both/", case_conflict.resolve, name="case-resolve"),
    path("cases/<int:case_id>/progress/", cases.progress, name="case-progress"),
    path("cases/<int:case_id>/halt/", cases.halt, name="case-halt"),
    path("cases/<int:case_id>/history/", cases.history, name="case-history"),
    path("templates/", case_templates.template_list, name="template-list"),
    path("templates/new/", case_templates.template, name="template-new"),
    path("templates/<int:template_id>/", case_templates.template, name="template"),
]
