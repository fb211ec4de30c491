"""One module a family of target forms: each turns a :class:`Case` into an :class:`Outcome`."""
