# Write one's name into AUTHOR.txt and build the image
cd ~/be/"${MASCOT}"
echo "$YOUR_NAME" > AUTHOR.txt
PROJECT_ID=$(gcloud config get-value project 2> /dev/null)
docker build -t "eu.gcr.io/${PROJECT_ID}/webapp-gif:${GROUPNAME}-${MASCOT}-1.0" .
docker images
