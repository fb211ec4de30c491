"""The API for programs: ``/api/v1/`` and its documentation, ``/api/docs/``."""
