// title: Appointments of an actor
// answers: When, where and with whom did an actor meet, in which office?
// parameters:
//   actor: actor; whose encounters
//   from: date = ; not before this date
//   to: date = ; not after this date
//   leads: flag = no; machine-coded participations too
// columns:
//   date: when, as told
//   encounter: the encounter
//   key: what to type for it
//   place: where
//   office: the actor's office then
//   roles: the actor's roles there
//   partial: which part only
//   others: principals and others who took part
//   citation: where the actor's presence is told
// nothing: no encounter of the actor is coded
// example: actor=gorbachev

MATCH (:Actor {id: $actor})-[r:TOOK_PART]->(m:Meeting)
WHERE ($from IS NULL OR r.latest >= $from_earliest)
  AND ($to IS NULL OR r.earliest <= $to_latest)
  AND ($leads OR NOT coalesce(r.machine, false))
RETURN r.date AS date, m.title AS encounter, substring(m.id, 8) AS key,
       COLLECT { MATCH (m)-[:HELD_AT]->(p:Place) RETURN p.name ORDER BY p.id } AS place,
       r.office AS office, r.roles AS roles, r.partial AS partial,
       COLLECT { MATCH (m)<-[q:TOOK_PART]-(b:Actor) WHERE b.id <> $actor
                 RETURN b.name
                 ORDER BY CASE WHEN 'principal' IN q.roles THEN 0 ELSE 1 END, b.id LIMIT 12 }
         AS others,
       r.claims AS citation
ORDER BY coalesce(r.earliest, 9007199254740992), m.id
