# Make the teammates editors of the project
for teammate in $TEAMMATES; do
    gcloud projects add-iam-policy-binding "$PROJECT_ID" --member="user:$teammate" --role="roles/editor"
done
