"""
Does an account open, and does its proxy let it out? Asked step by step, and kept with evidence.

The promise: what the line or the proxy did never makes an account locked or suspended, and a
password that the network has refused is not sent again until another one is stored.
"""
