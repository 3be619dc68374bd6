# Push the app's image
# push to registry
docker push "eu.gcr.io/${PROJECT_ID}/streamlit-${YOUR_ID}:1.0"
