"""Readers of the raw layouts that frames and objects come in."""
