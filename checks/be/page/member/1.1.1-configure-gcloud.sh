# Point gcloud at the team's project
# `gcloud init` asks a browser; this is what it sets.
gcloud config set project "$PROJECT_ID"
[ "$(gcloud config get-value project 2> /dev/null)" = "$PROJECT_ID" ]
