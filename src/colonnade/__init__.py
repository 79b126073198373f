"""Colonnade: a notebook platform whose rules of use are published and enforced fairly."""
