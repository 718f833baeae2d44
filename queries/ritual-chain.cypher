// title: The interaction ritual chain of an actor
// answers: Through which encounters did an actor go, with which emotional energy, and what was carried over?
// parameters:
//   actor: actor; whose chain
//   from: date = ; not before this date
//   to: date = ; not after this date
//   practices: flag = no; habitual practices too, which count as no dated encounter
//   leads: flag = no; machine-coded participations too
// columns:
//   date: when, as told
//   encounter: the encounter
//   mode: its modes of interaction
//   energy_before: emotional energy on arrival
//   energy_after: emotional energy raised or drained
//   carried_over: what was left with before, and arrived with here; needs both to be coded
//   felt: emotions displayed or reported
//   believed: what the actor believed of the stage
//   citation: where it is told
// nothing: the actor took part in no encounter that is coded
// example: actor=reagan

MATCH (:Actor {id: $actor})-[r:TOOK_PART]->(m:Meeting)
WHERE (coalesce(m.scope, 'encounter') = 'encounter' OR ($practices AND m.scope = 'practice'))
  AND ($from IS NULL OR r.latest >= $from_earliest)
  AND ($to IS NULL OR r.earliest <= $to_latest)
  AND ($leads OR NOT coalesce(r.machine, false))
WITH r, m
ORDER BY coalesce(r.earliest, 9007199254740992), coalesce(r.latest, 9007199254740992), m.id
WITH collect({r: r, m: m}) AS steps
UNWIND range(0, size(steps) - 1) AS i
WITH i, steps[i].r AS r, steps[i].m AS m,
     CASE WHEN i > 0 THEN steps[i - 1].r.energy_after END AS left_with
WITH i, r, m, left_with,
     COLLECT { MATCH (m)<-[:PART_OF*0..1]-()<-[f:FELT]-(:Actor {id: $actor}) WHERE f.about = m.id
               RETURN f ORDER BY f.id }
     + COLLECT { MATCH (m)-[:STAGED]->(:Ritual)<-[f:FELT]-(:Actor {id: $actor})
                 RETURN f ORDER BY f.id } AS felt
RETURN r.date AS date, m.title AS encounter,
       COLLECT { MATCH (m)-[s:SHOWS {scheme: 'mode'}]->(t:Term)
                RETURN t.label + CASE WHEN coalesce(s.degree, 'present') = 'present' THEN ''
                                  ELSE ' (' + s.degree + ')' END
                ORDER BY t.id, s.id }
         AS mode,
       r.energy_before AS energy_before, r.energy_after AS energy_after,
       CASE WHEN left_with IS NOT NULL AND r.energy_before IS NOT NULL
            THEN 'left ' + left_with + ', arrived ' + r.energy_before END AS carried_over,
       [f IN felt | f.emotion + coalesce(' (' + f.how + ')', '')] AS felt,
       r.believed AS believed,
       [r.claims] + COLLECT { MATCH (m)-[s:SHOWS {scheme: 'mode'}]->(:Term)
                              RETURN s.claims ORDER BY s.id }
         + [f IN felt | f.claims] AS citation
ORDER BY i
