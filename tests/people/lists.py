"""Lists as LMSs export them, written to files; and what is said of a mistake in one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError

# Canvas: the gradebook. Quoted titles with commas, a row about posting, one about points, a made-up student.
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,"Lab 1, build (4711)",Final Score
,,,,,Manual Posting,
    Points Possible,,,,,20,(read only)
"Martin, Alice",1007,s1,alice.martin@example.org,TD1,12,60
"O'Neil, Zoë",1013,s2,zoe@example.org,TD2 and TD3,EX,0
"Student, Test",1099,,3f8a,TD1,,
"""
CANVAS_FIRST_LAST = """\
LastName,FirstName,ID,SIS Login ID,Section
    Points Possible,,,,
Martin,Alice,1007,amartin,TD1
O'Neil,Zoë,1013,zoneil,TD2
"""
CANVAS_GROUPS = """\
name,canvas_user_id,user_id,login_id,sections,group_name,canvas_group_id,group_id
"Martin, Alice",1007,s1,amartin,TD1,Les Fusées,7,
"O'Neil, Zoë",1013,s2,zoneil,TD1,Les Fusées,7,
"""
MOODLE = """\
First name,Surname,ID number,Email address,Groups
Alice,Martin,s1,alice.martin@example.org,Rocket
Zoë,O'Neil,s2,zoe@example.org,Rocket
"""
MOODLE_FRENCH = """\
Prénom,Nom de famille,Numéro d’identification,Adresse de courriel,Groupes
Alice,Martin,s1,alice.martin@example.org,Rocket
Zoë,O'Neil,s2,zoe@example.org,Rocket
"""
MOODLE_GERMAN = """\
Vorname;Nachname;Anmeldename;ID-Nummer;E-Mail-Adresse;Gruppen
Alice;Martin;amartin;s1;alice.martin@example.org;Rocket
Zoë;O'Neil;zoneil;s2;zoe@example.org;Rocket
"""
PLAIN = """\
id,name,email,team,rope,unties,codespace,laptop
alice,Alice Martin,alice.martin@example.org,Rocket,red,blue,gh://fuzzy-space,local://
zoe,Zoë O'Neil,zoe@example.org,Rocket,Blue,red,,
"""


def write(folder: Path, text: str | bytes, name: str = "people.csv") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def refused(do: Callable[[], object]) -> str:
    """The sentence; whatever it is, it comes with a remedy and names nothing that steers a terminal."""
    with pytest.raises(UsageError) as caught:
        do()
    assert caught.value.remedy
    assert str(caught.value).replace("\n", "").isprintable()
    return caught.value.message
