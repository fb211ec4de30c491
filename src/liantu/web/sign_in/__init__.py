"""Signing in: passwords, second factors, the city's own identity service or directory.

django-allauth does the work; this room says how: what a site declares (:mod:`declared`), which
groups of a directory hold which roles (:mod:`roles`), how long a session lasts (:mod:`limits`),
what is written to the audit log (:mod:`noted`).
"""
