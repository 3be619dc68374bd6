# Find the VM's public address and visit the app there
IP=$(gcloud compute instances describe "${YOUR_ID}-streamlit-demo" --zone=europe-west1-b \
    --format="get(networkInterfaces[0].accessConfigs[0].natIP)")
curl --silent --show-error --fail --retry 120 --retry-delay 1 --retry-all-errors "http://$IP:8501/_stcore/health"
