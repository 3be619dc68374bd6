# Create the shared registry
# The page's names begin with eu.gcr.io: on Artifact Registry that is a repository of this very name.
gcloud artifacts repositories create eu.gcr.io \
        --repository-format=docker \
        --location=europe
