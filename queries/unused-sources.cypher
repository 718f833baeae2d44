// title: Works that no claim cites
// answers: Which works does the library hold that nothing rests on yet?
// parameters:
//   text: text = ; only works with these words in their title or authors
// columns:
//   work: the work
//   title: its title
//   year: its year
//   id: its identifier
//   citation: where it is described
// nothing: every work is cited by a claim
// example:

MATCH (s:Source)
WHERE s.claims IS NOT NULL AND ($text IS NULL OR s.search CONTAINS toLower($text))
  AND NOT EXISTS { MATCH (s)-[:SAME_AS]->(:Source) }
  AND NOT EXISTS {
    MATCH (s)<-[:CITES]-(c:Claim)
    WHERE NOT c.predicate IN ['described_as', 'refers_to', 'edition_of', 'contained_in', 'same_as',
                              'different_from']
  }
RETURN coalesce(s.citation, s.id) AS work, coalesce(s.title, '') AS title,
       coalesce(s.year, '') AS year, s.id AS id, s.claims AS citation
ORDER BY work, id
