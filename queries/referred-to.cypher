// title: The works most referred to
// answers: To which works do most other works refer, by their lists of references or in their text?
// parameters:
//   source: source = ; only this work
// columns:
//   work: the work
//   title: its title
//   id: its identifier
//   works: works that refer to it
//   by: which they are
// nothing: no list of references was read, and no claim knows a work through another
// example: source=reagan1990

CALL {
  MATCH (a:Source)-[:REFERS_TO]->(b:Source) WHERE $source IS NULL OR b.id = $source
  RETURN a.id AS one, b.id AS id
  UNION ALL
  MATCH (a:Source)<-[x:CITES]-(c:Claim)-[y:CITES]->(b:Source)
  WHERE x.opened AND NOT y.opened AND x.order = y.order AND a.id <> b.id
    AND ($source IS NULL OR b.id = $source)
  RETURN a.id AS one, b.id AS id
}
WITH DISTINCT one, id
MATCH (a:Source {id: one})
WITH id, coalesce(a.citation, one) AS name ORDER BY name
WITH id, collect(name) AS names
MATCH (b:Source {id: id})
RETURN coalesce(b.citation, id) AS work, coalesce(b.title, '') AS title, id, size(names) AS works,
       names AS `by`
ORDER BY works DESC, id
