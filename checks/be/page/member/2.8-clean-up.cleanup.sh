# Quit the app, delete its VM and its image
docker ps --quiet --filter "ancestor=eu.gcr.io/${PROJECT_ID}/streamlit-${YOUR_ID}:1.0" | xargs --no-run-if-empty docker stop
gcloud compute instances delete "${YOUR_ID}-streamlit-demo" --zone=europe-west1-b --quiet
gcloud container images delete "eu.gcr.io/${PROJECT_ID}/streamlit-${YOUR_ID}:1.0" --force-delete-tags --quiet
