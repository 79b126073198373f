"""Our own pages and our own API: home, rules, notices, runtimes, account, people, operations.

- `pages.py` makes a page from a template, with the headers that let nothing else in; `assets.py`
  serves the style sheet and the few scripts; `errors.py` turns failures into pages for browsers.
- One module a subject (`sign_in.py`, `people.py`…), each with `build_router()`; `router.py` joins
  them. The JSON API lies in `api/`, the operators' numbers in `operations.py`.

To add a page: a template, a route with its permission (`accounts.http.require`), an entry in
`templates/_top.html` if it is a place of its own. Text that came from outside passes the filter
`visible` before it is shown.
"""
