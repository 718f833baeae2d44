// title: Was energy carried over into the next meeting?
// answers: With which emotional energy did actors leave an encounter, and with which did they arrive at their next known one?
// parameters:
//   actor: actor = ; this actor
// columns:
//   actor: who
//   date: when the encounter was, as told
//   encounter: the encounter
//   left: emotional energy after it, else "not coded"
//   next: the next known encounter, else "none known"
//   next_date: when that was, as told
//   arrived: emotional energy on arrival there, else "not coded"
//   carried: yes, no, or not coded
//   citation: where it is told
// nothing: no emotional energy of anybody is coded there
// example:

MATCH (a:Actor)-[e:TOOK_PART]->(:Meeting)
WHERE (e.energy_before IS NOT NULL OR e.energy_after IS NOT NULL)
  AND ($actor IS NULL OR a.id = $actor)
WITH DISTINCT a
MATCH (a)-[r:TOOK_PART]->(m:Meeting) WHERE coalesce(m.scope, 'encounter') <> 'series'
WITH a, r, m
ORDER BY coalesce(r.earliest, 9007199254740992), coalesce(r.latest, 9007199254740992), m.id
WITH a, collect({r: r, m: m}) AS steps
UNWIND range(0, size(steps) - 1) AS i
WITH a, i, steps[i].r AS r, steps[i].m AS m,
     CASE WHEN i + 1 < size(steps) THEN steps[i + 1].r END AS q,
     CASE WHEN i + 1 < size(steps) THEN steps[i + 1].m END AS n
WHERE r.energy_after IS NOT NULL OR q.energy_before IS NOT NULL
RETURN a.name AS actor, r.date AS date, m.title AS encounter,
       coalesce(r.energy_after, 'not coded') AS left, coalesce(n.title, 'none known') AS next,
       n.date AS next_date, CASE WHEN n IS NULL THEN null
                                 ELSE coalesce(q.energy_before, 'not coded') END AS arrived,
       CASE WHEN r.energy_after IS NULL OR q.energy_before IS NULL THEN 'not coded'
            WHEN r.energy_after = q.energy_before THEN 'yes' ELSE 'no' END AS carried,
       [r.claims, coalesce(q.claims, [])] AS citation
ORDER BY a.id, i
