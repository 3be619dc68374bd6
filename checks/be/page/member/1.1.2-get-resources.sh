# Get the mascot's resources
mkdir -p ~/be
gsutil -m cp -r "gs://$BUCKET/be/${MASCOT}" ~/be
ls ~/be/"${MASCOT}"
