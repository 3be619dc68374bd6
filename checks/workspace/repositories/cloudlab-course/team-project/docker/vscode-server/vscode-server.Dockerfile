FROM registry.aisingapore.net/mlops-pub/vscode-server:v4-16-1

# What the team adds to every workspace of its own.
COPY docker/vscode-server/gitconfig /etc/gitconfig
