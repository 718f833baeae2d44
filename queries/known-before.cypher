// title: Who knew the counterpart before they met
// answers: Which statespersons knew their counterparts before an encounter, by an earlier known one or because a source says so?
// parameters:
//   actor: actor = ; encounters of this actor
//   meeting: meeting = ; this encounter
// columns:
//   date: when, as told
//   encounter: the encounter
//   one: a principal of it
//   other: another principal, of another side
//   met_before: the latest earlier encounter of the two that the graph knows, else "none known"
//   sure: whether that was certainly or possibly earlier
//   told: prior acquaintance as a source tells it of the encounter, else "not coded"
//   citation: where the two are told to have taken part, and the acquaintance
// nothing: no encounter with principals of two sides is coded there
// example: actor=gorbachev

// Pairs are made among the principals of an encounter, at most twelve of them.
CALL {
  MATCH (:Actor {id: coalesce($actor, '')})-[:TOOK_PART]->(m:Meeting) RETURN m
  UNION
  MATCH (:Meeting {id: coalesce($meeting, '')})<-[:TOOK_PART]-(a:Actor) WHERE $actor IS NULL
  MATCH (a)-[:TOOK_PART]->(m:Meeting) RETURN m
  UNION
  MATCH (m:Meeting) WHERE $actor IS NULL AND $meeting IS NULL RETURN m
}
WITH m WHERE coalesce(m.scope, 'encounter') = 'encounter'
MATCH (m)<-[r:TOOK_PART]-(a:Actor) WHERE 'principal' IN r.roles
WITH m, a, r ORDER BY a.id
WITH m, collect({a: a, r: r}) AS principals
WHERE size(principals) <= 12
UNWIND principals AS x
UNWIND principals AS y
WITH m, x, y
WHERE x.a.id < y.a.id AND coalesce(x.r.side, x.a.id) <> coalesce(y.r.side, y.a.id)
  AND ($actor IS NULL OR $actor IN [x.a.id, y.a.id])
WITH x.a AS a, y.a AS b, m, x.r.claims + y.r.claims AS claims
ORDER BY coalesce(m.earliest, 9007199254740992), coalesce(m.latest, 9007199254740992), m.id
WITH a, b, collect({m: m, claims: claims}) AS met
UNWIND range(0, size(met) - 1) AS i
WITH a, b, met[i].m AS m, met[i].claims AS claims,
     CASE WHEN i > 0 AND met[i - 1].m.ends_from < met[i].m.starts_by THEN met[i - 1].m END AS e
WHERE $meeting IS NULL OR m.id = $meeting
RETURN m.date AS date, m.title AS encounter, a.name AS one, b.name AS other,
       coalesce(e.title, 'none known') AS met_before,
       CASE WHEN e IS NULL THEN null
            WHEN e.latest < m.earliest AND NOT (e.marked OR m.marked) THEN 'certainly'
            ELSE 'possibly' END AS sure,
       coalesce(head(COLLECT { MATCH (m)-[q:MODERATED_BY]->(:Term {id: 'term/prior-acquaintance'})
                 RETURN coalesce(q.note, 'told') ORDER BY q.id }), 'not coded') AS told,
       [claims] + COLLECT { MATCH (m)-[q:MODERATED_BY]->(:Term {id: 'term/prior-acquaintance'})
                            RETURN q.claims ORDER BY q.id } AS citation
ORDER BY coalesce(m.earliest, 9007199254740992), m.id, a.id, b.id
