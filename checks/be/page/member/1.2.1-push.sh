# Push the image to the shared registry
gcloud auth configure-docker eu.gcr.io --quiet
docker push "eu.gcr.io/${PROJECT_ID}/webapp-gif:${GROUPNAME}-${MASCOT}-1.0"
