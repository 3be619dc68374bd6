# Quit the first app, clone the second and serve it
kill -- "-$(cat ~/first/server.pid)"
cd ~
git clone https://github.com/fchouteau/isae-demo-streamlit-activation-functions.git
cd isae-demo-streamlit-activation-functions
pip install -r requirements.txt
nohup setsid streamlit run app.py > ~/server.log 2>&1 &
echo $! > ~/server.pid
curl --silent --show-error --fail --retry 60 --retry-delay 1 --retry-all-errors http://localhost:8501/_stcore/health \
    || { cat ~/server.log; exit 1; }
