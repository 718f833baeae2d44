// title: Counts
// answers: How many nodes and edges of each kind does the graph hold?
// parameters:
// columns:
//   what: node or edge
//   kind: which kind
//   number: how many
// nothing: the graph is empty
// example:

CALL {
  MATCH (n) UNWIND labels(n) AS kind
  WITH kind WHERE NOT kind IN ['Visavis', 'IngestLock']
  RETURN 'node' AS what, kind, count(*) AS number
  UNION ALL
  MATCH ()-[r]->() RETURN 'edge' AS what, type(r) AS kind, count(*) AS number
}
RETURN what, kind, number
ORDER BY what DESC, kind
