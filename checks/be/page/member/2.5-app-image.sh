# Quit the app, build its image and run that
kill -- "-$(cat ~/server.pid)"
cd ~/isae-demo-streamlit-activation-functions
cat > Dockerfile << 'DOCKERFILE'
FROM python:3.10

COPY ./ /app/
RUN pip install -r /app/requirements.txt

EXPOSE 8501

WORKDIR /app/

CMD ["python", "-m", "streamlit", "run", "app.py"]
DOCKERFILE
# build
docker build -t "eu.gcr.io/${PROJECT_ID}/streamlit-${YOUR_ID}:1.0" -f Dockerfile .
# run
nohup setsid docker run --rm -p 8501:8501 "eu.gcr.io/${PROJECT_ID}/streamlit-${YOUR_ID}:1.0" > ~/server.log 2>&1 &
curl --silent --show-error --fail --retry 60 --retry-delay 1 --retry-all-errors http://localhost:8501/_stcore/health \
    || { cat ~/server.log; exit 1; }
