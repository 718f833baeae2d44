// title: Full-text search
// answers: Which encounters, actors, sources and claims hold these words? Accents and capitals do not matter; a star stands for the rest of a word.
// parameters:
//   text: search; the words, all of which must be there
//   kind: text = all; all, Meeting, Actor, Source or Claim
// columns:
//   kind: what it is
//   key: what to type for it
//   name: its name; of a claim, what it says
//   citation: where it is told
// nothing: nothing holds all these words
// example: text=gorb*

CALL {
  CALL db.index.fulltext.queryNodes('Meeting[search]', $text) YIELD node
  RETURN 1 AS rank, 'Meeting' AS kind, node.id AS id, coalesce(node.title, node.id) AS name,
         node.claims AS citation
  UNION ALL
  CALL db.index.fulltext.queryNodes('Actor[search]', $text) YIELD node
  RETURN 2 AS rank, 'Actor' AS kind, node.id AS id, coalesce(node.name, node.id) AS name,
         node.claims AS citation
  UNION ALL
  CALL db.index.fulltext.queryNodes('Source[search]', $text) YIELD node
  RETURN 3 AS rank, 'Source' AS kind, node.id AS id,
         coalesce(node.citation, node.id) + coalesce(': ' + node.title, '') AS name,
         node.claims AS citation
  UNION ALL
  CALL db.index.fulltext.queryNodes('Claim[search]', $text) YIELD node
  RETURN 4 AS rank, 'Claim' AS kind, node.id AS id,
         node.subject + ' ' + node.predicate + ' ' + coalesce(node.object, node.value, '') AS name,
         [node.id] AS citation
}
WITH rank, kind, id, name, citation
WHERE $kind = 'all' OR kind = $kind
RETURN kind, CASE WHEN kind = 'Claim' THEN id ELSE substring(id, size(kind) + 1) END AS key, name,
       citation
ORDER BY rank, id
