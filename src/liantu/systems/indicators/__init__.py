"""Indicators on pages and in the API: what the engine computes, beside what was published.

The engine (:mod:`liantu.indicators`) declares and computes; here its values are chosen, kept for
the next reader, put beside targets and published figures, and shown.
"""
