// title: What one source alone tells
// answers: Which claims stand on one opened work, and no other claim tells the same from another?
// parameters:
//   meeting: meeting = ; about this encounter
//   source: source = ; resting on this work
// columns:
//   about: what is told
//   claim: the claim
//   statement: what it says
//   source: the one work
//   citation: where it is told
// nothing: every claim has a second source, or none is coded
// example: meeting=geneva-1985

CALL {
  MATCH (:Meeting {id: coalesce($meeting, '')})<-[:ABOUT]-(c:Claim) RETURN c
  UNION ALL
  MATCH (c:Claim) WHERE $meeting IS NULL RETURN c
}
MATCH (c)-[r:CITES]->(s:Source) WHERE r.opened
WITH coalesce(c.edge, c.id) AS element, collect(DISTINCT s.id) AS works,
     collect(DISTINCT c.id) AS claims
WHERE size(works) = 1 AND ($source IS NULL OR works[0] = $source)
UNWIND claims AS id
MATCH (c:Claim {id: id})
MATCH (s:Source {id: works[0]})
RETURN c.about AS about, c.id AS claim,
       c.json AS statement,
       coalesce(s.citation, s.id) AS source, c.id AS citation
ORDER BY about, claim
