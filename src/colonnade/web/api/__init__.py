"""Our own REST API under `/api/v1`, described by its OpenAPI schema at `/api/v1/openapi.json`.

One module a subject, each with a `router`; `router.py` joins them. Every route names its permission
and its answer's model, so that the schema says all that a client needs.
"""
