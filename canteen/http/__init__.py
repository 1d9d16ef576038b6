"""Settle once what pages and API share: who asks, what they may, how a refusal is told, what is logged."""
