// title: What followed
// answers: Which outcomes are attributed to which encounters, phases and acts, and by whom?
// parameters:
//   meeting: meeting = ; of this encounter
//   kind: term(outcome) = ; of this kind
// columns:
//   date: when the encounter was, as told
//   encounter: the encounter
//   from: the phase or act that led to it; empty where it is told of the whole
//   outcome: what followed
//   kind: the kind of outcome
//   when: when it followed, as told
//   citation: who attributes it
// nothing: no outcome is coded; that does not say that nothing followed
// example: meeting=geneva-1985

CALL {
  UNWIND CASE WHEN $meeting IS NULL THEN [1] ELSE [] END AS every
  MATCH (n)-[r:LED_TO]->(o)
  RETURN n, r, o
  UNION ALL
  MATCH (:Meeting {id: $meeting})<-[:PART_OF*0..1]-(n)-[r:LED_TO]->(o) WHERE r.about = $meeting
  RETURN n, r, o
  UNION ALL
  MATCH (:Meeting {id: $meeting})-[:STAGED]->(n:Ritual)-[r:LED_TO]->(o) WHERE r.about = $meeting
  RETURN n, r, o
}
WITH n, r, o WHERE $kind IS NULL OR 'term/' + o.kind = $kind
OPTIONAL MATCH (m:Meeting {id: coalesce(r.about, '')})
RETURN m.date AS date, m.title AS encounter,
       CASE WHEN NOT n:Meeting THEN coalesce(n.title, n.id) END AS from,
       coalesce(o.title, o.id) AS outcome, o.kind AS kind, o.date AS when,
       [r.claims, o.claims] AS citation
ORDER BY coalesce(m.earliest, 9007199254740992), r.about, o.id, r.id
