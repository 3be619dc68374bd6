"""The local cloud: the real cloud's hostnames, served on this machine; VMs are containers.

One process behind a CONNECT proxy and a certificate authority of its own. Clients are told apart from
those of the real cloud by environment variables only (`TwinInfo.environment`).
"""
