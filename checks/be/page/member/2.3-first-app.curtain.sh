# Serve the first Streamlit app
cd ~/first
pip install streamlit streamlit opencv-python-headless streamlit-image-comparison
nohup setsid streamlit run streamlit_jswt.py > ~/first/server.log 2>&1 &
echo $! > ~/first/server.pid
curl --silent --show-error --fail --retry 60 --retry-delay 1 --retry-all-errors http://localhost:8501/_stcore/health \
    || { cat ~/first/server.log; exit 1; }
