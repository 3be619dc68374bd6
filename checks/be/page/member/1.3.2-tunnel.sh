# Open a tunnel for Jupyter and the web app, and look at Jupyter
# A student leaves this open in a terminal of its own: it lives as long as its input.
mkdir -p ~/be
nohup setsid sh -c 'sleep infinity | gcloud compute ssh "$INSTANCE_NAME" -- \
        -L 8080:localhost:8080 \
        -L 8081:localhost:8081' > ~/be/tunnel.log 2>&1 &
echo $! > ~/be/tunnel.pid
curl --silent --show-error --fail --retry 90 --retry-delay 1 --retry-all-errors http://localhost:8080/api \
    || { cat ~/be/tunnel.log; exit 1; }
