# Run it in a container
IMAGE="eu.gcr.io/${PROJECT_ID}/webapp-gif:${GROUPNAME}-${TEAMMATE_MASCOT}-1.0"
# "Ask the one who built the image": the image tells its port as well.
PORT=$(docker image inspect --format '{{range $port, $_ := .Config.ExposedPorts}}{{$port}}{{end}}' "$IMAGE")
docker run -d --name mascot -p "8081:${PORT%/tcp}" -e USER="$YOUR_NAME" "$IMAGE"
docker ps
