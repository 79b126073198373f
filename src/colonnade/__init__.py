"""Colonnade: a notebook platform whose rules of acceptable use are published and enforced fairly."""
