"""Variables that nothing sets, and those that another machine does not know."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.variables import unset_variable, variable_of_another_machine
from pytest_cloudlab.material.shell.known_variables import known
from tests.material.growth import in_proportion
from tests.material.rules.on_page import found_on, marked, messages, shell


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("docker push $REGISTRY/web", (4, 13, "$REGISTRY")),
        ("docker push ${REGISTRY}/web", (4, 13, "${REGISTRY}")),
        ('gcloud compute ssh "$MACHINE" --zone=b', (4, 21, "$MACHINE")),
        ("ls\ncp a gs://$BUCKET/a", (5, 11, "$BUCKET")),
        ("echo done > $LOGFILE", (4, 13, "$LOGFILE")),
        ("export IMAGE=$REGISTRY/web", (4, 14, "$REGISTRY")),
        ("cat > a.txt <<END\nhost: $ADDRESS\nEND", (5, 7, "$ADDRESS")),
        ("docker run -v $(pwd):/a $IMAGE", (4, 25, "$IMAGE")),
        ("curl -H 'A: $ONE' $ADDRESS", (4, 19, "$ADDRESS")),
        ("cd ${FOLDER%/}", (4, 4, "${FOLDER%/}")),
    ],
)
def test_a_variable_that_nothing_sets_is_found_where_it_stands(
    code: str, place: tuple[int, int, str]
) -> None:
    line, column, text = marked(unset_variable, shell(code))[0]
    assert (line, column) == place[:2]
    assert text.startswith(place[2])


@pytest.mark.parametrize(
    "page",
    [
        shell("TEAM=a\ndocker push $TEAM/web"),
        shell("export TEAM=a", "docker push $TEAM/web"),
        shell("docker push $TEAM/web", "export TEAM=a"),
        shell("read TEAM\ndocker push $TEAM/web"),
        shell("read -p 'Team? ' TEAM\ndocker push $TEAM/web"),
        shell("for TEAM in a b; do docker push $TEAM/web; done"),
        shell("source settings.env\ndocker push $TEAM/web"),
        shell(". ./settings.env\ndocker push $TEAM/web"),
        shell("eval $(minikube docker-env)\ndocker push $TEAM/web"),
        shell("export $(cat .env | xargs)\ndocker push $TEAM/web"),
        shell("docker push ${TEAM:-a}/web"),
        shell("docker push ${TEAM-a}/web"),
        shell(': "${TEAM:?set it}"'),
        shell("docker push $USER/web; cd $HOME; ls $PWD $TMPDIR $RANDOM"),
        shell("gh codespace cp -c $CODESPACE_NAME a b; echo $GITHUB_TOKEN > a; ls $GOOGLE_CLOUD_PROJECT $CI"),
        shell('curl -H "Authorization: $API_TOKEN" a.test; mysql -p$DB_PASSWORD'),
        shell("awk '{ print $NAME }' a.txt"),
        shell("ssh me@vm 'echo $TEAM > a'"),
        shell("cat > a.sh <<'END'\nls $TEAM\nEND"),
        shell('echo "\\$TEAM"; ls \\$TEAM'),
        shell("echo $TEAM"),
        shell('[ -z "$TEAM" ] && ls'),
        shell("kill $$; ls $1 $@ $# $?"),
        shell("ls $file"),
        shell("#!/bin/bash\nls $TEAM"),
        '# Page\n\n```bash title="run.sh"\nls $TEAM\n```\n',
        "# Page\n\nSet `TEAM` first.\n\n" + shell("docker push $TEAM/web"),
        "# Page\n\nI advise you to `export TEAM=....` to remember it.\n\n" + shell("docker push $TEAM/web"),
        "# Page\n\nYour `${TEAM}` name is what you like.\n\n" + shell("docker push $TEAM/web"),
        "# Page\n\nPut your team's name in place of $TEAM.\n\n" + shell("docker push $TEAM/web"),
        "# Page\n\n| variable | what |\n|---|---|\n| `TEAM` | yours |\n\n" + shell("docker push $TEAM/web"),
        "# Page\n\nMY_TEAM is the one you are in.\n\n" + shell("docker push $MY_TEAM/web"),
        shell("# checked out in $FOLDER\ncd $FOLDER"),
        shell("docker run -e TEAM=a web", "docker push $TEAM/web"),
        shell("echo 'export TEAM=a' >> ~/.bashrc", "docker push $TEAM/web"),
        shell("make TEAM=a", "docker push $TEAM/web"),
        "# Page\n\n```yaml\nenv:\n  TEAM: a\n```\n\n" + shell("docker push $TEAM/web"),
        "# Page\n\n```powershell\n$env:TEAM = 'a'\n```\n\n" + shell("docker push $TEAM/web"),
        "# Page\n\n```dockerfile\nFROM a\nRUN ls $TEAM\n```\n",
        "# Page\n\n```makefile\na:\n\tls $(TEAM) $TEAM\n```\n",
        "# Page\n\n```yaml\na: ${TEAM}\n```\n",
        "# Page\n\n```console\n$ ls\nuse $TEAM for this\n```\n",
        "# Page\n\nType `docker rm $CONTAINER` whenever you like.\n",
        "# Page\n\nTags look like `${REGISTRY}/${TEAM}/${IMAGE}`.\n",
    ],
)
def test_what_is_set_told_or_known_is_left_alone(page: str) -> None:
    assert marked(unset_variable, page) == []


def test_the_message_says_what_the_shell_does() -> None:
    (found,) = found_on(unset_variable, shell("docker push $TEAM/web"))
    assert "`$TEAM` is used here, and nothing on the page sets it" in found.message
    assert "`TEAM`" in found.remedy


def test_a_variable_is_found_once_on_a_page() -> None:
    assert len(marked(unset_variable, shell("ls $TEAM", "ls $TEAM $TEAM"))) == 1


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("ZONNE", "ZONE"),
        ("INSTANCE_NAM", "INSTANCE_NAME"),
        ("INSTANCENAME", "INSTANCE_NAME"),
        ("imgae", "image"),
    ],
)
def test_a_misspelt_variable_says_so(name: str, right: str) -> None:
    page = shell(f"export {right}=a", f"ls ${name}")
    assert marked(unset_variable, page) == [(9, 4, f"${name}")]
    assert f"line 4 sets `{right}`" in messages(unset_variable, page)[0]


@pytest.mark.parametrize(
    ("one", "other"), [("IMAGE_1", "IMAGE_2"), ("zone_a", "zone_b"), ("file", "image"), ("name", "frame")]
)
def test_names_that_are_meant_to_differ_are_no_misspellings(one: str, other: str) -> None:
    assert "sets" not in " ".join(messages(unset_variable, shell(f"{one}=a", f"ls ${other}")))[60:]


def test_listed_words_are_no_misspellings() -> None:
    assert marked(unset_variable, shell("image=a", "ls $imgae"), words=["imgae"]) == []


def test_a_hyphen_in_a_name_makes_it_a_default() -> None:
    page = "# Page\n\nConnect: `gcloud compute ssh ${MACHINE-NAME}`\n"
    assert marked(unset_variable, page) == [(3, 30, "${MACHINE-NAME}")]
    assert "cannot have a hyphen" in messages(unset_variable, page)[0]


def test_a_pattern_in_a_sentence_counts_where_the_rest_of_it_is_set() -> None:
    page = shell("export TEAM=a\nexport ANIMAL=cat") + "\nName it like `web:${TEAM}-${ANIMAL}-${GROUP}`.\n"
    assert [text for *_, text in marked(unset_variable, page)] == ["${GROUP}"]


def test_what_an_earlier_or_a_linked_page_sets_is_left_alone() -> None:
    page, sets = shell("docker push $TEAM/web"), shell("export TEAM=a")
    assert marked(unset_variable, page, others={"docs/a.md": sets}) == []
    assert len(marked(unset_variable, page, others={"docs/z.md": sets})) == 1
    assert marked(unset_variable, page + "\nSee [there](z.md#a).\n", others={"docs/z.md": sets}) == []


def test_a_file_of_the_companion_that_is_sourced_is_read() -> None:
    page = shell("source settings.env\ndocker push $TEAM/web")
    assert marked(unset_variable, page, companion={"settings.env": "export TEAM=a\n"}) == []
    assert len(marked(unset_variable, page, companion={"settings.env": "export OTHER=a\n"})) == 1


def test_activating_an_environment_sets_nothing() -> None:
    assert len(marked(unset_variable, shell("source .venv/bin/activate\ndocker push $TEAM/web"))) == 1


@pytest.mark.parametrize(
    "name", ["HOME", "CODESPACE_NAME", "GITHUB_SHA", "DB_PASSWORD", "TOKEN", "SLURM_JOB_ID", "_X"]
)
def test_known_variables(name: str) -> None:
    assert known(name)


@pytest.mark.parametrize("name", ["INSTANCE_NAME", "PROJECT_ID", "BUCKET", "ZONE", "KEYBOARD", "MONKEY"])
def test_unknown_variables(name: str) -> None:
    assert not known(name)


LOGIN = """\
# Page

```bash
export FOLDER=a
```

```bash
{login}
```

{between}

```bash
{there}
```
"""


def _login(
    login: str = "ssh me@vm", between: str = "Once inside the VM, look:", there: str = "ls $FOLDER"
) -> str:
    return LOGIN.format(login=login, between=between, there=there)


@pytest.mark.parametrize(
    "login",
    [
        "ssh me@vm",
        "ssh -p 2222 -i key me@vm",
        "gcloud compute ssh vm --zone=b",
        "gcloud compute ssh vm -- -L 80:localhost:80",
        "docker exec -it web bash",
        "kubectl exec -it pod -- /bin/sh",
        "ls\nssh -L 9000:localhost:80 me@vm",
    ],
)
def test_a_variable_of_another_machine_is_found(login: str) -> None:
    line = 14 + login.count("\n")
    assert marked(variable_of_another_machine, _login(login)) == [(line, 4, "$FOLDER")]
    assert "set on line 4" in messages(variable_of_another_machine, _login(login))[0]


@pytest.mark.parametrize(
    "between", ["You are on the machine now.", "When you are connected:", "Inside the container:"]
)
def test_the_text_says_that_students_are_there(between: str) -> None:
    assert len(marked(variable_of_another_machine, _login(between=between))) == 1


@pytest.mark.parametrize(
    "page",
    [
        _login("ssh me@vm uptime"),
        _login("ssh -N -L 80:localhost:80 me@vm"),
        _login("gcloud compute ssh vm --command=ls"),
        _login("docker exec web ls"),
        _login("docker run -d web"),
        _login("ssh -o SendEnv=FOLDER me@vm"),
        _login("docker run -it -e FOLDER web bash"),
        _login(between="Then, in another terminal on the machine:"),
        _login(between="Back on your laptop:"),
        _login(between="Type `exit` when you are in the VM."),
        _login(between="And now:"),
        _login(there="FOLDER=b\nls $FOLDER"),
        _login(there="exit\nls $FOLDER"),
        _login(there="ls $HOME $USER"),
        _login(there="ls '$FOLDER'"),
        _login(there="ls ${FOLDER:-a}"),
        _login(there="ls $OTHER"),
    ],
)
def test_other_terminals_and_what_is_handed_over_are_left_alone(page: str) -> None:
    assert marked(variable_of_another_machine, page) == []


def test_a_long_page_takes_time_in_proportion() -> None:
    def find(count: int) -> None:
        found_on(
            unset_variable,
            shell(*(f"export N{number}=a\nls $M{number} $N{number}" for number in range(count))),
        )

    in_proportion(find, 100)
