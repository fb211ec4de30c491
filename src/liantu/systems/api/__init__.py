"""What every part of the API is made of: operations, answers, problems, and their limits.

Systems declare their operations in their own ``api.py``; :mod:`liantu.web.api` puts them together.
"""
