"""
The agent: makes what is wished for in the sessions table so, and writes down what is.

It starts a process for each ordered session, watches it, ends it when asked, and
on its own start settles what an earlier run has left behind.
"""

from retinue.entrypoints.agent.agent import Agent

__all__ = ["Agent"]
