// title: What is contested
// answers: Where do coders or sources disagree, or does a correction stand beside the told value, and what are the rival values?
// parameters:
//   meeting: meeting = ; in this encounter
// columns:
//   about: the node it is told of
//   kind: the kind of node or edge
//   id: the node or edge
//   told: from whom to whom, or the node's name
//   by: coders, sources or a correction
//   rivals: the rival values, the shown one first
//   rival_edges: edges that cannot both be
//   citation: where all of it is told
// nothing: nothing is contested
// example:

OPTIONAL MATCH (m:Meeting {id: $meeting})
WITH CASE WHEN m IS NULL THEN [] ELSE [m] + COLLECT { MATCH (m)<-[:PART_OF]-(p:Phase) RETURN p }
  + COLLECT { MATCH (m)-[:STAGED]->(w:Ritual) RETURN w }
  + COLLECT {
    MATCH (w:Ritual) WHERE w.id STARTS WITH 'ritual/' + substring(m.id, 8) + '/' RETURN w
  } END AS parts
CALL (parts) {
  UNWIND CASE WHEN $meeting IS NULL THEN [1] ELSE [] END AS every
  MATCH (n) WHERE n.contested AND n.id IS NOT NULL
  RETURN n.id AS about, labels(n)[0] AS kind, n.id AS id,
         coalesce(n.title, n.name, n.label, n.citation, n.id) AS told, n.contested_by AS by,
         n.rivals AS rivals, [] AS rival_edges, n.claims AS citation
  UNION ALL
  UNWIND CASE WHEN $meeting IS NULL THEN [1] ELSE [] END AS every
  MATCH (a)-[r]->(b) WHERE r.contested
  RETURN r.about AS about, type(r) AS kind, r.id AS id, a.id + ' to ' + b.id AS told,
         r.contested_by AS by, r.rivals AS rivals, coalesce(r.rival_edges, []) AS rival_edges,
         r.claims AS citation
  UNION ALL
  UNWIND parts AS n
  WITH n WHERE n.contested
  RETURN n.id AS about, labels(n)[0] AS kind, n.id AS id,
         coalesce(n.title, n.name, n.label, n.citation, n.id) AS told, n.contested_by AS by,
         n.rivals AS rivals, [] AS rival_edges, n.claims AS citation
  UNION ALL
  UNWIND parts AS a
  MATCH (a)-[r]->(b) WHERE r.contested AND NOT b:Claim
  RETURN r.about AS about, type(r) AS kind, r.id AS id, a.id + ' to ' + b.id AS told,
         r.contested_by AS by, r.rivals AS rivals, coalesce(r.rival_edges, []) AS rival_edges,
         r.claims AS citation
  UNION ALL
  UNWIND parts AS b
  MATCH (a)-[r]->(b) WHERE r.contested AND NOT a:Claim
  RETURN r.about AS about, type(r) AS kind, r.id AS id, a.id + ' to ' + b.id AS told,
         r.contested_by AS by, r.rivals AS rivals, coalesce(r.rival_edges, []) AS rival_edges,
         r.claims AS citation
  UNION ALL
  UNWIND parts AS n
  MATCH (n)<-[:ABOUT]-(c:Claim) WHERE c.subject STARTS WITH 'actor/'
  WITH DISTINCT n.id AS node, c.subject AS who
  MATCH (:Actor {id: who})-[:SAME_AS*0..9]->(a:Actor)
  WITH DISTINCT node, a
  MATCH (a)-[r]->(b) WHERE r.about = node AND r.contested AND NOT b:Claim
  RETURN r.about AS about, type(r) AS kind, r.id AS id, a.id + ' to ' + b.id AS told,
         r.contested_by AS by, r.rivals AS rivals, coalesce(r.rival_edges, []) AS rival_edges,
         r.claims AS citation
}
WITH DISTINCT about, kind, id, told, by, rivals, rival_edges, citation
WHERE $meeting IS NULL OR about = $meeting
   OR about STARTS WITH 'phase/' + substring($meeting, 8) + '/'
   OR about STARTS WITH 'ritual/' + substring($meeting, 8) + '/'
RETURN about, kind, id, told, by, rivals, rival_edges, citation
ORDER BY about, kind, id
