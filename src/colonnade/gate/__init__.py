"""TODO-room"""
