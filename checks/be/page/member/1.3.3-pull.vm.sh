# Pull the teammate's image
hostname
gcloud auth configure-docker eu.gcr.io --quiet
docker pull "eu.gcr.io/${PROJECT_ID}/webapp-gif:${GROUPNAME}-${TEAMMATE_MASCOT}-1.0"
docker images
