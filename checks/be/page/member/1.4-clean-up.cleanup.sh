# Close the tunnel, delete the VM and the image
kill -- "-$(cat ~/be/tunnel.pid)"
gcloud compute instances delete "$INSTANCE_NAME" --zone="europe-west1-b" --quiet
gcloud container images delete "eu.gcr.io/${PROJECT_ID}/webapp-gif:${GROUPNAME}-${MASCOT}-1.0" --force-delete-tags --quiet
