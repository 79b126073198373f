"""People, roles, permissions, sessions and tokens: who is asking, and what they may do.

- `permissions.py` lists what can be allowed; `identity.py` is the value that says who asks.
- `http.py` turns a request into an identity (`Someone`, `require(Permission.X)`); `origin.py`
  guards Host and Origin before any route.
- `service.py` joins the parts: `people.py`, `sign_in.py`, `tokens.py`, `revocations.py`.
- Only `repository.py` builds queries; secrets are stored as fingerprints, passwords as argon2.

To add a permission see `permissions.py`. To add a way of signing in (OpenID Connect), add a method
to `sign_in.SignIns` that ends in `_open`, so that the session rotates as with every other way.
"""
