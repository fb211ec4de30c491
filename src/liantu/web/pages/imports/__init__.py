"""Import in the browser: a file comes in, is matched, checked, compared, and accepted.

A file on its way lies in a folder of its own (:mod:`.uploads`) under a random name, together with
what the steps found; nothing of it is executed, and nothing enters the records before the last
step. Each step is a form that ends in a redirect, so that reloading repeats nothing.
"""
