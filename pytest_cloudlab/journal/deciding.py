"""Which observations decide where a member stands: a few of each check, found by steps into an index."""

from __future__ import annotations

from pytest_cloudlab.model import Verdict

# As the index of the journal's file has it: nobody handed it in or set it, and no limit decided it.
_PLAIN = "source = '' and missed = '[]'"
_THEIRS = "lab = :lab and team = :team and member = :member"
_EVERY = ", ".join(f"('{verdict}')" for verdict in Verdict)

DECIDING = f"""
with asked (name) as (select value from json_each(:names)),
verdicts (verdict) as (values {_EVERY}),
latest (name, verdict, id) as materialized (
    select asked.name, verdicts.verdict, (
        select max(id) from observations as one
        where {_THEIRS} and one.name = asked.name and one.verdict = verdicts.verdict and {_PLAIN}
    ) from asked, verdicts
)
select id from latest
union
select (
    select min(id) from observations as one
    where {_THEIRS} and one.name = asked.name and verdict = 'passed' and {_PLAIN}
) from asked
union
select (
    select min(id) from observations as one
    where {_THEIRS} and one.name = latest.name and one.verdict = 'passed' and one.id > latest.id and {_PLAIN}
) from latest where latest.verdict = 'failed'
union
select id from observations
where {_THEIRS} and name in (select name from asked) and (source <> '' or missed <> '[]')
union
select id from observations
where {_THEIRS} and name in (select value from json_each(:bounded)) and verdict = 'passed' and {_PLAIN}
"""  # noqa: S608 - constants
"""The ids, for one member and the checks `:names`; of those that are `:bounded`, all successes too.

The first success decides what holds for ever. What is judged at the end is decided by the last failure,
or the first success after it, or else by what came last.
"""
