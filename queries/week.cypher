// title: The week around a day
// answers: Which encounters are known in the days before and after a day?
// parameters:
//   day: date; the day
//   days: integer = 3; how many days before and after
// columns:
//   date: when, as told
//   encounter: the encounter
//   key: what to type for it
//   sure: certainly within these days, or possibly
//   place: where
//   participants: who took part
//   citation: where it is told
// nothing: no encounter is known in these days; dates told no closer than a month are left out
// example: day=1986-10-11

MATCH (m:Meeting)
WHERE m.earliest <= $day_latest + $days * 86400
  AND m.earliest >= $day_earliest - ($days + 31) * 86400
  AND m.latest >= $day_earliest - $days * 86400
  AND m.latest - m.earliest <= 31 * 86400
  AND coalesce(m.scope, 'encounter') IN ['encounter', 'series']
RETURN m.date AS date, m.title AS encounter, substring(m.id, 8) AS key,
       CASE WHEN m.earliest >= $day_earliest - $days * 86400
             AND m.latest <= $day_latest + $days * 86400 AND NOT m.marked
            THEN 'certainly' ELSE 'possibly' END AS sure,
       COLLECT { MATCH (m)-[:HELD_AT]->(p:Place) RETURN p.name ORDER BY p.id } AS place,
       COLLECT { MATCH (m)<-[:TOOK_PART]-(a:Actor) RETURN a.name ORDER BY a.id LIMIT 20 }
         AS participants,
       m.claims AS citation
ORDER BY m.earliest, m.latest, m.id
