"""Hostile files made by code, and what the desk must answer each of them (docs: the attack list, A1 to B11)."""
