# Create a VM that runs the image
gcloud compute instances create-with-container "${YOUR_ID}-streamlit-demo" \
    --project="$PROJECT_ID" \
    --zone=europe-west1-b \
    --machine-type=n1-standard-1 \
    --image=projects/cos-cloud/global/images/cos-stable-109-17800-66-27 \
    --boot-disk-size=10GB \
    --boot-disk-type=pd-standard \
    --container-image="eu.gcr.io/${PROJECT_ID}/streamlit-${YOUR_ID}:1.0" \
    --container-restart-policy=always
