// title: What rests on a work
// answers: Which encounters and other nodes are told from a work, by how many claims, and how many of them have no other support?
// parameters:
//   source: source; the work
// columns:
//   about: what is told
//   id: its identifier
//   claims: how many claims cite the work
//   alone: of these, claims that cite no other opened work
//   through: of these, claims that know the work only through another
//   citation: the places
// nothing: nothing cites the work
// example: source=reagan1990

MATCH (s:Source {id: $source})<-[r:CITES]-(c:Claim)
WITH s, c, count(r) AS places, sum(CASE WHEN r.opened THEN 1 ELSE 0 END) AS opened
WITH c, opened, COUNT { MATCH (c)-[q:CITES]->(o:Source) WHERE q.opened AND o.id <> s.id } AS others
ORDER BY c.id
MATCH (c)-[:ABOUT]->(n)
WITH n, count(c) AS claims, sum(CASE WHEN opened > 0 AND others = 0 THEN 1 ELSE 0 END) AS alone,
     sum(CASE WHEN opened = 0 THEN 1 ELSE 0 END) AS through, collect(c.id) AS citation
RETURN coalesce(n.title, n.name, n.label, n.id) AS about, n.id AS id, claims, alone, through,
       citation
ORDER BY claims DESC, id
