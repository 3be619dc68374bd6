# Close port 8501 again
gcloud compute --project="$PROJECT_ID" firewall-rules delete open-8501 --quiet
