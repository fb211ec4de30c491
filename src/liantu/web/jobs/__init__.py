"""Jobs: work that a person asks for and does not wait for; imports, evaluations, papers.

A job is a row that says who asked for what, how far it is and what became of it (:mod:`.models`).
``django-tasks`` carries it to a worker (:mod:`.queue`, :mod:`.working`), which does it as the
person who asked, with the rights they have at that moment (:mod:`.doing`). What can be done is
listed in :mod:`.kinds`. A worker that dies frees a lock; the next one takes its job up again.
"""
