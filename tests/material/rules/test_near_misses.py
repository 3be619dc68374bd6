"""Names that differ in a letter where they have to agree."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.near_misses import near_miss_name
from tests.material.rules.on_page import found_on, marked, messages, shell


@pytest.mark.parametrize(
    ("made", "used", "place"),
    [
        ("docker build -t webapp .", "docker run webap", (9, 12, "webap")),
        ("docker build -t webapp .", "docker run -d -p 80:80 web-app:1.0", (9, 24, "web-app")),
        ("docker build --tag=webapp:1.0 .", "docker push webapps:1.0", (9, 13, "webapps")),
        ("docker build -t webapp .", "docker tag wepapp eu.gcr.io/p/webapp", (9, 12, "wepapp")),
        ("docker tag a eu.gcr.io/p/webapp", "docker push eu.gcr.io/p/webap", (9, 13, "eu.gcr.io/p/webap")),
        ("docker tag a $REG/webapp", "docker push $REG/Webapp", (9, 13, "$REG/Webapp")),
        ("docker build -t webapp-{you} .", "docker run wepapp-{you}", (9, 12, "wepapp-{you}")),
        ("NAME=webapp\ndocker build -t $NAME .", "docker run wepapp", (10, 12, "wepapp")),
        ("docker pull octo/notebook", "docker run -it octo/notebooks", (9, 16, "octo/notebooks")),
        ("docker run -d --name webserver nginx", "docker logs web-server", (9, 13, "web-server")),
        ("docker run -d --name webserver nginx", "docker exec -it webserve bash", (9, 17, "webserve")),
        ("docker network create garden", "docker run --network gardens nginx", (9, 22, "gardens")),
        ("docker volume create heights", "docker volume rm hieghts", (9, 18, "hieghts")),
        ("gcloud compute instances create tide-vm", "gcloud compute ssh me@tidevm", (9, 23, "tidevm")),
        ("gcloud compute instances create tide-vm", "gcloud compute scp a tide_vm:~", (9, 22, "tide_vm")),
        (
            "gcloud compute instances create tide-vm --zone b",
            "gcloud compute instances delete tides-vm --zone b",
            (9, 33, "tides-vm"),
        ),
        ("python -m venv .venv", "source venv/bin/activate", (9, 8, "venv")),
        ("conda create -n tides python=3.12", "conda activate tide", (9, 16, "tide")),
        ("tmux new -s training", "tmux attach -t trainning", (9, 16, "trainning")),
        ("git checkout -b feature", "git push -u origin featrue", (9, 20, "featrue")),
        ("ssh-keygen -f ~/.ssh/lab_key", "ssh -i ~/.ssh/labkey me@vm", (9, 8, "~/.ssh/labkey")),
        ("echo a > results.txt", "cat result.txt", (9, 5, "result.txt")),
        ("nano requirements.txt", "pip install -r requirement.txt", (9, 16, "requirement.txt")),
        ("touch compose.yaml", "docker compose -f compose.yml up", (9, 19, "compose.yml")),
        ("wget https://a.test/reading.csv", "head readings.csv", (9, 6, "readings.csv")),
        ("mkdir recordings", "cd recording", (9, 4, "recording")),
        ("echo a > model.py", "python models.py\ngit clone https://a.test/o/lab.git", (9, 8, "models.py")),
        ("git clone https://a.test/o/MLclass.git", "cd MLClass", (9, 4, "MLClass")),
    ],
)
def test_a_near_miss_is_found_where_it_stands(made: str, used: str, place: tuple[int, int, str]) -> None:
    assert marked(near_miss_name, shell(made, used)) == [place]


def test_both_places_are_named() -> None:
    (found,) = found_on(near_miss_name, shell("docker build -t webapp .", "docker run webap"))
    assert found.message == "`docker run` calls the image `webap`; line 4 made it as `webapp`."
    assert found.remedy == "Write `webapp` in both places."


def test_code_within_a_sentence_counts() -> None:
    page = shell("docker build -t webapp .") + "\nThen type `docker run webap`.\n"
    assert marked(near_miss_name, page) == [(7, 23, "webap")]


@pytest.mark.parametrize(
    "told",
    [
        "Create a file `star_map.py` and paste it.",
        "Save the code as `star_map.py`.",
        "A file called `star_map.py`.",
    ],
)
def test_a_file_that_a_sentence_makes_counts(told: str) -> None:
    page = f"# Page\n\n{told}\n\n```bash\nstreamlit run star_mpa.py\n```\n"
    assert marked(near_miss_name, page) == [(6, 15, "star_mpa.py")]


def test_a_folder_that_is_entered_elsewhere_than_it_was_made() -> None:
    made = "cd /{{project}}_pvc/workspaces\nmkdir <name>"
    there = "/{{project}}/workspaces/<name>"
    assert marked(near_miss_name, shell(made, f"cd {there}")) == [(10, 4, there)]
    assert marked(near_miss_name, shell(made, "cd /{{project}}_pvc/workspaces/<name>")) == []
    assert marked(near_miss_name, shell(made, "cd /{{project}}/other/<name>")) == []
    assert marked(near_miss_name, shell(made, f"cd {there}", f"ls {there}")) == []
    assert marked(near_miss_name, shell("mkdir -p /data/v1/ada", "cd /data/v2/ada")) == []
    assert marked(near_miss_name, shell("mkdir -p /srv/data_old/ada", "cd /srv/data/ada")) == []


def test_a_path_in_a_sentence_counts_for_capital_letters() -> None:
    page = shell("git clone https://a.test/o/MLclass.git") + "\nIt is in `/home/${USER}/MLClass` now.\n"
    assert marked(near_miss_name, page) == [(7, 25, "MLClass")]


@pytest.mark.parametrize(
    ("first", "second", "place"),
    [
        ("gsutil ls gs://tide-readings/a", "gsutil cp gs://tide-reading/b .", None),
        (
            "gsutil ls gs://tide-data/a\ngsutil ls gs://tide-data/c",
            "gsutil cp gs://tide-dota/b .",
            (10, 16, "tide-dota"),
        ),
        ("aws s3 cp s3://tide-data/a b", "aws s3 cp s3://tidedata/b c", (9, 16, "tidedata")),
        ("gcloud compute ssh tide-vm", "gcloud compute instances delete tide_vm", (9, 33, "tide_vm")),
    ],
)
def test_names_that_no_page_makes_are_compared_with_each_other(
    first: str, second: str, place: tuple[int, int, str] | None
) -> None:
    assert marked(near_miss_name, shell(first, second)) == ([place] if place else [])


@pytest.mark.parametrize(
    ("made", "used"),
    [
        ("docker build -t webapp .", "docker run webapp"),
        ("docker build -t webapp:1.0 .", "docker run webapp:1.0"),
        ("docker build -t web1 .", "docker run web2"),
        ("docker build -t web-a .", "docker run web-b"),
        ("docker build -t team1-app .", "docker run team2-app"),
        ("docker build -t app:v1 .", "docker run app:v2"),
        ("docker build -t webapp .", "docker run nginx"),
        ("docker build -t my-nginx .", "docker run nginx"),
        ("docker build -t webapp .", "docker run octo/webapp"),
        ("docker build -t redis-app .", "docker run redis"),
        ("docker build -t webapp .\ndocker build -t webapps .", "docker run webapps"),
        ("docker build -t webapp .\ndocker pull webapps", "docker run webapps"),
        ("docker build -t {yourname}-app .", "docker run {your-name}-app"),
        ("docker build -t <user>/app .", "docker run <users>/app"),
        ("docker build -t your-app .", "docker run your-apps"),
        ("docker build -t $NAME .", "docker run $NAMES"),
        ("NAME=app\ndocker build -t web$NAME .", "docker run webapp"),
        ("docker run -d --name web nginx", "docker stop 3f1c9a7be0d2"),
        ("docker run -d --name webserver nginx", "docker stop $(docker ps -q)"),
        ("docker run -d --name web-1 nginx", "docker stop web-2"),
        ("docker run -d --name webserver nginx", "docker run --name web-server nginx"),
        ("docker run --name webserver nginx webservers", "ls"),
        ("docker run octo/tool build webap", "docker build -t webapp ."),
        ("gcloud compute instances create vm-1", "gcloud compute ssh vm-2"),
        ("gcloud compute instances create tide-vm", "gcloud compute ssh $INSTANCE"),
        ("gcloud compute instances create tide-vm", "gcloud compute ssh {yourname}@{instance}"),
        ("python -m venv .venv", "source .venv/bin/activate"),
        ("python -m venv ./env/", "source env/bin/activate"),
        ("conda create -n tides", "conda activate base"),
        ("conda create -n py311", "conda activate py312"),
        ("git checkout -b feature", "git checkout main"),
        ("git checkout -b feature", "git push origin HEAD"),
        ("git checkout -b fix", "git checkout -b fixes\ngit checkout fixes"),
        ("tmux new -s training", "tmux attach -t train"),
        ("echo a > results.txt", "cat results.csv"),
        ("echo a > part1.txt", "cat part2.txt"),
        ("echo a > test.py", "python tests.py\npython tests.py"),
        ("echo a > results.txt\necho a > result.txt", "cat result.txt"),
        ("git clone https://a.test/o/lab.git\necho a > model.py", "python models.py"),
        ("mkdir recordings", "cd recordings"),
        ("mkdir -p data/recordings", "cd data"),
        ("mkdir recordings", "cd ../recording"),
        ("mkdir recordings\nmkdir recording", "cd recording"),
        ("gsutil ls gs://data-1/a", "gsutil ls gs://data-2/a"),
        ("gsutil ls gs://team-data/a", "gsutil ls gs://team-model/a"),
        ("ls webapp", "cat webap"),
        ("ls", "streamlit run star_mpa.py  # star_map.py"),
        ("docker build -t webapp .  # or webap", "docker images webap"),
    ],
)
def test_names_that_agree_or_are_meant_to_differ_are_left_alone(made: str, used: str) -> None:
    assert marked(near_miss_name, shell(made, used)) == []


def test_output_is_no_instruction() -> None:
    page = "# Page\n\n```console\n$ docker build -t webapp .\ndocker run webap\n```\n"
    assert marked(near_miss_name, page) == []
    shown = shell("docker build -t webapp .", "docker run webap") + "\n```text\nNAMES\nwebap\n```\n"
    assert marked(near_miss_name, shown) == []


def test_tabs_that_exclude_each_other_are_left_alone() -> None:
    tab = '=== "{}"\n\n    ```bash\n    {}\n    ```\n\n'
    page = (
        "# Page\n\n"
        + tab.format("Docker", "docker build -t webapp .")
        + tab.format("Hub", "docker run webapps")
    )
    assert marked(near_miss_name, page) == []


def test_a_file_that_a_sentence_names_is_there() -> None:
    page = shell("echo a > results.txt", "cat result.txt") + "\nThe file `result.txt` came with it.\n"
    assert marked(near_miss_name, page) == []


def test_files_and_folders_of_the_companion_are_there() -> None:
    page = shell("echo a > results.txt\nmkdir recordings", "cat result.txt\ncd recording")
    assert len(marked(near_miss_name, page, companion={"README.md": ""})) == 2
    assert marked(near_miss_name, page, companion={"data/result.txt": "", "recording/a.wav": ""}) == []


def test_what_an_earlier_page_makes_is_there() -> None:
    page = shell("docker build -t webapp .", "docker run webapps")
    assert marked(near_miss_name, page, others={"docs/a.md": shell("docker build -t webapps .")}) == []


def test_listed_words_are_right() -> None:
    page = shell("docker build -t webapp .", "docker run webap")
    assert marked(near_miss_name, page, words=["webap"]) == []
    assert marked(near_miss_name, page, words=["webapp"]) == []


def test_a_page_with_many_names_is_read_quickly() -> None:
    page = shell("\n".join(f"docker build -t image{'abcdefghij'[n % 10]}x{n} ." for n in range(2000)))
    assert messages(near_miss_name, page + shell("docker run imagex")) == []
