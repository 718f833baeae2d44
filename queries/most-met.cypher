// title: Who was in the room most
// answers: With whom was an actor in an encounter most often?
// parameters:
//   actor: actor; whose encounters
//   from: date = ; not before this date
//   to: date = ; not after this date
//   leads: flag = no; machine-coded participations too
// columns:
//   other: with whom
//   encounters: in how many encounters
//   first: the first of them, as dated
//   last: the last of them, as dated
//   citation: where the last three are told
// nothing: nobody else is coded as present
// example: actor=reagan

MATCH (:Actor {id: $actor})-[r:TOOK_PART]->(m:Meeting)
WHERE coalesce(m.scope, 'encounter') = 'encounter'
  AND ($from IS NULL OR r.latest >= $from_earliest)
  AND ($to IS NULL OR r.earliest <= $to_latest)
  AND ($leads OR NOT coalesce(r.machine, false))
MATCH (m)<-[q:TOOK_PART]-(b:Actor)
WHERE b.id <> $actor AND ($leads OR NOT coalesce(q.machine, false))
WITH b.id AS id, m, q ORDER BY coalesce(q.earliest, -9007199254740992), m.id
WITH id, count(*) AS encounters, collect(m.date) AS days, collect(q.claims) AS claims
MATCH (b:Actor {id: id})
RETURN b.name AS other, encounters, head(days) AS first, last(days) AS last,
       claims[-3..] AS citation
ORDER BY encounters DESC, id
