// title: The works most relied on
// answers: How many claims does each work carry, how many of them alone, and about how many encounters and other nodes?
// parameters:
//   source: source = ; only this work
// columns:
//   work: the work
//   title: its title
//   id: its identifier
//   claims: claims that cite it as opened
//   alone: of these, claims that cite no other opened work
//   through: claims that know it only through another work
//   about: encounters and other nodes that these tell of
// nothing: no claim cites a work
// example: source=reagan1990

CALL {
  MATCH (s:Source {id: coalesce($source, '')})<-[r:CITES]-(c:Claim) RETURN s.id AS id, r, c
  UNION ALL
  MATCH (c:Claim)-[r:CITES]->(s:Source) WHERE $source IS NULL RETURN s.id AS id, r, c
}
WITH id, r, c
WHERE NOT c.predicate IN ['described_as', 'refers_to', 'edition_of', 'contained_in', 'same_as',
                          'different_from']
WITH id, c, sum(CASE WHEN r.opened THEN 1 ELSE 0 END) AS opened
WITH id, c, opened, COUNT { MATCH (c)-[q:CITES]->(o:Source) WHERE q.opened AND o.id <> id } AS others
WITH id, sum(CASE WHEN opened > 0 THEN 1 ELSE 0 END) AS claims,
     sum(CASE WHEN opened > 0 AND others = 0 THEN 1 ELSE 0 END) AS alone,
     sum(CASE WHEN opened = 0 THEN 1 ELSE 0 END) AS through, count(DISTINCT c.about) AS about
MATCH (s:Source {id: id})
RETURN coalesce(s.citation, id) AS work, coalesce(s.title, '') AS title, id, claims, alone, through,
       about
ORDER BY claims DESC, through DESC, id
