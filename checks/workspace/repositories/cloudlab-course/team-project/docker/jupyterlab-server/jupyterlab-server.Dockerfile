FROM registry.aisingapore.net/mlops-pub/jupyterlab-server:0-1-0

# What the team adds to every workspace of its own.
COPY docker/jupyterlab-server/overrides.json /usr/local/share/jupyter/lab/settings/overrides.json
