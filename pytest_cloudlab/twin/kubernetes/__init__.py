"""A Kubernetes cluster of one node: its pods are containers, its claims are volumes."""
