// title: Offices of an actor
// answers: Which offices did an actor hold, for whom, and when?
// parameters:
//   actor: actor; whose offices
// columns:
//   date: when the office was held: the period told, else the date of the encounter
//   office: the office, as told
//   rank: the rank, as told
//   represents: for whom
//   encounter: the encounter it is told of
//   contested: whether codings of it differ
//   rivals: the rival values, the shown one first
//   citation: where it is told
// nothing: no office is coded
// example: actor=gorbachev

CALL {
  MATCH (:Actor {id: $actor})-[r:TOOK_PART]->(m:Meeting)
  WHERE r.office IS NOT NULL OR r.rank IS NOT NULL OR r.side IS NOT NULL
  RETURN r, r.side AS side, m.title AS encounter
  UNION ALL
  MATCH (:Actor {id: $actor})-[r:REPRESENTS]->(s:Actor) WHERE r.meeting IS NULL
  RETURN r, s.id AS side, null AS encounter
}
WITH r, side, encounter
OPTIONAL MATCH (s:Actor {id: coalesce(side, '')})
RETURN coalesce(r.period, r.date) AS date, r.office AS office, r.rank AS rank,
       s.name AS represents, encounter, r.contested AS contested, r.rivals AS rivals,
       r.claims AS citation
ORDER BY coalesce(r.earliest, 9007199254740992), r.about, r.id
