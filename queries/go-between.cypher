// title: Who stood between two
// answers: Who met both of two actors, who themselves may never have met?
// parameters:
//   one: actor; the one
//   other: actor; the other
//   from: date = ; not before this date
//   to: date = ; not after this date
//   all: flag = no; interpreters, note-takers, press and security too
//   leads: flag = no; machine-coded participations too
// columns:
//   between: who met both
//   key: what to type for them
//   with_one: in how many encounters with the one
//   with_other: in how many encounters with the other
//   citation: where up to four of these presences are told
// nothing: nobody is known to have met both; visavis path finds longer ways
// example: one=reagan other=shevardnadze

CALL {
  MATCH (:Actor {id: $one})-[r:TOOK_PART]->(m:Meeting)
  WHERE ($from IS NULL OR r.latest >= $from_earliest) AND ($to IS NULL OR r.earliest <= $to_latest)
    AND coalesce(m.scope, 'encounter') = 'encounter' AND ($leads OR NOT coalesce(r.machine, false))
  RETURN m, 1 AS first, 0 AS second
  UNION ALL
  MATCH (:Actor {id: $other})-[r:TOOK_PART]->(m:Meeting)
  WHERE ($from IS NULL OR r.latest >= $from_earliest) AND ($to IS NULL OR r.earliest <= $to_latest)
    AND coalesce(m.scope, 'encounter') = 'encounter' AND ($leads OR NOT coalesce(r.machine, false))
  RETURN m, 0 AS first, 1 AS second
}
MATCH (m)<-[q:TOOK_PART]-(x:Actor)
WHERE x.id <> $one AND x.id <> $other AND ($leads OR NOT coalesce(q.machine, false))
  AND ($all OR NOT any(role IN coalesce(q.roles, [])
                       WHERE role IN ['interpreter', 'note-taker', 'press', 'security']))
WITH x.id AS id, first, second, q ORDER BY coalesce(q.earliest, 9007199254740992), q.id
WITH id, sum(first) AS with_one, sum(second) AS with_other, collect(q.claims) AS claims
WHERE with_one > 0 AND with_other > 0
MATCH (b:Actor {id: id})
RETURN b.name AS between, substring(b.id, 6) AS key, with_one, with_other, claims[..4] AS citation
ORDER BY CASE WHEN with_one < with_other THEN with_one ELSE with_other END DESC, id
