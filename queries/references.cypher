// title: Which works refer to which
// answers: Which works does a work refer to, and which refer to it: by its list of references, or because claims know one only through the other?
// parameters:
//   source: source = ; this work, on either side
// columns:
//   work: the work that refers
//   id: its identifier
//   refers_to: the work referred to
//   other: its identifier
//   how: by its list of references, or in its text
//   claims: how many claims tell it
//   citation: where
// nothing: no list of references was read, and no claim knows a work through another
// example: source=reagan1990

CALL {
  MATCH (a:Source)-[r:REFERS_TO]->(b:Source)
  WHERE $source IS NULL OR a.id = $source OR b.id = $source
  UNWIND r.claims AS claim
  RETURN a.id AS id, b.id AS other, claim, 'list of references' AS how
  UNION ALL
  MATCH (a:Source)<-[x:CITES]-(c:Claim)-[y:CITES]->(b:Source)
  WHERE x.opened AND NOT y.opened AND x.order = y.order AND a.id <> b.id
    AND ($source IS NULL OR a.id = $source OR b.id = $source)
  RETURN a.id AS id, b.id AS other, c.id AS claim, 'in its text' AS how
}
WITH id, other, how, collect(DISTINCT claim) AS found
MATCH (a:Source {id: id})
MATCH (b:Source {id: other})
RETURN coalesce(a.citation, id) AS work, id, coalesce(b.citation, other) AS refers_to, other, how,
       size(found) AS claims, found AS citation
ORDER BY work, id, refers_to, other, how
