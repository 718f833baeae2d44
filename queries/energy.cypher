// title: Emotional energy raised and drained
// answers: Which encounters raised or drained whom?
// parameters:
//   actor: actor = ; this actor
//   meeting: meeting = ; this encounter
//   leads: flag = no; machine-coded rows too
// columns:
//   date: when, as told
//   encounter: the encounter
//   actor: who
//   before: on arrival
//   after: raised, drained or unchanged
//   contested: whether codings of it differ
//   citation: where it is told
// nothing: no emotional energy is coded there; that does not say it did not change
// example:

CALL {
  MATCH (a:Actor {id: coalesce($actor, '')})-[r:TOOK_PART]->(m:Meeting) RETURN a, r, m
  UNION
  MATCH (a:Actor)-[r:TOOK_PART]->(m:Meeting {id: coalesce($meeting, '')}) WHERE $actor IS NULL RETURN a, r, m
  UNION
  MATCH (a:Actor)-[r:TOOK_PART]->(m:Meeting) WHERE $actor IS NULL AND $meeting IS NULL
    AND (r.energy_before IS NOT NULL OR r.energy_after IS NOT NULL) RETURN a, r, m
}
WITH a, r, m
WHERE (r.energy_before IS NOT NULL OR r.energy_after IS NOT NULL)
  AND ($meeting IS NULL OR m.id = $meeting) AND ($leads OR NOT coalesce(r.machine, false))
RETURN r.date AS date, m.title AS encounter, a.name AS actor, r.energy_before AS before,
       r.energy_after AS after, r.contested AS contested, r.claims AS citation
ORDER BY coalesce(r.earliest, 9007199254740992), m.id, a.id
