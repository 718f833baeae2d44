// title: What falls with a source, a coder or a claim
// answers: Which claims, edges, nodes and steps of chains would the graph lose if it were withdrawn?
// parameters:
//   of: withdrawal; a source, coder/KEY, or a claim (c-...)
// columns:
//   what: claim, edge, node, chain (steps of a pair's) or encounter (of an actor's)
//   id: the identifier
//   told: what is lost
//   steps: of a chain, how many steps
//   citation: where it is told
// nothing: nothing rests on it alone
// example: of=reagan1990

CALL {
  UNWIND $of_claims AS id MATCH (c:Claim {id: id})
  RETURN 1 AS rank, 'claim' AS what, id, null AS steps, [id] AS citation,
         c.subject + ' ' + c.predicate + ' ' + coalesce(c.object, c.value, '') AS told
  UNION ALL
  UNWIND $of_edges AS id MATCH (c:Claim {edge: id})
  WITH id, c ORDER BY c.id
  WITH id, collect(c) AS cs
  RETURN 2 AS rank, 'edge' AS what, id, null AS steps, [c IN cs | c.id] AS citation,
         cs[0].subject + ' ' + cs[0].predicate + ' ' + cs[0].object AS told
  UNION ALL
  UNWIND $of_nodes AS id
  RETURN 3 AS rank, 'node' AS what, id, null AS steps, [] AS citation, id AS told
  UNION ALL
  UNWIND $of_edges AS edge MATCH (c:Claim {edge: edge})
  WHERE c.predicate IN ['credit', 'discredit', 'dominates', 'bond']
  WITH DISTINCT edge, CASE WHEN c.subject < c.object THEN [c.subject, c.object]
                           ELSE [c.object, c.subject] END AS pair
  WITH pair, count(*) AS steps
  OPTIONAL MATCH (a:Actor {id: pair[0]})
  OPTIONAL MATCH (b:Actor {id: pair[1]})
  RETURN 4 AS rank, 'chain' AS what, pair[0] + ' ' + pair[1] AS id, steps, [] AS citation,
         'between ' + coalesce(a.name, pair[0]) + ' and ' + coalesce(b.name, pair[1]) AS told
  UNION ALL
  UNWIND $of_edges AS edge MATCH (c:Claim {edge: edge})
  WHERE c.predicate = 'took_part'
  WITH DISTINCT c.subject AS actor, c.object AS meeting
  OPTIONAL MATCH (a:Actor {id: actor})
  OPTIONAL MATCH (m:Meeting {id: meeting})
  RETURN 5 AS rank, 'encounter' AS what, actor + ' ' + meeting AS id, null AS steps,
         [] AS citation,
         coalesce(m.title, meeting) + ', of ' + coalesce(a.name, actor) AS told
}
RETURN what, id, told, steps, citation
ORDER BY rank, id
