// title: Mode, ingredients, effects and moderators
// answers: Which qualities are coded of an encounter and its phases, and how far was each there?
// parameters:
//   meeting: meeting; the encounter
// columns:
//   phase: the phase; empty where it is told of the whole
//   stage: front, back or both
//   scheme: mode, ingredient, effect, moderator or place on the continuum
//   quality: which
//   degree: present, partly, absent, unclear or not observable; empty where it is not told
//   between: the actors it holds for; empty where it is told of all
//   note: what is said of it
//   contested: whether codings of it differ
//   citation: where it is told
// nothing: no quality of it is coded; that does not say there was none
// example: meeting=geneva-1985

MATCH (m:Meeting {id: $meeting})
CALL (m) {
  RETURN m AS n, 0 AS place
  UNION
  MATCH (m)<-[:PART_OF]-(p:Phase) RETURN p AS n, coalesce(p.order, 1) AS place
}
MATCH (n)-[r:SHOWS|MODERATED_BY]->(t:Term)
RETURN CASE WHEN n:Phase THEN coalesce(n.title, n.id) END AS phase, n.stage AS stage,
       r.scheme AS scheme, coalesce(t.label, t.id) AS quality, r.degree AS degree,
       COLLECT { UNWIND coalesce(r.between, []) AS id MATCH (a:Actor {id: id})
                 RETURN a.name ORDER BY a.id } AS between,
       r.note AS note, r.contested AS contested, r.claims AS citation
ORDER BY place, n.id, r.scheme, t.id, r.id
