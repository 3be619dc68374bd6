# Open port 8501 to the web
# Once for the project: for a second one of the same name gcloud says that it is there.
gcloud compute --project="$PROJECT_ID" firewall-rules create open-8501 --direction=INGRESS --priority=1000 --network=default --action=ALLOW --rules=tcp:8501 --source-ranges=0.0.0.0/0
