// title: How much rests on each author or drafter
// answers: Who wrote the works or drafted the papers, how many encounters do these tell of, and how many of them does nothing else tell of?
// parameters:
//   author: text = ; only this one, or all whose names hold these words
// columns:
//   author: who wrote or drafted
//   works: how many works or papers of theirs are cited
//   encounters: how many encounters and acts these tell of
//   alone: of these, how many no opened work of anybody else tells of
//   citation: one of the works
// nothing: no source says who wrote it, or nobody's name holds these words
// example:

MATCH (s:Source) WHERE s.author IS NOT NULL
MATCH (s)<-[r:CITES]-(c:Claim) WHERE r.opened
WITH s, collect(DISTINCT c.about) AS abouts, min(c.id) AS claim
UNWIND s.author AS author
WITH author, s, abouts, claim
WHERE $author IS NULL OR toLower(author) CONTAINS toLower($author)
WITH author, s, abouts, claim ORDER BY author, s.id
WITH author, collect(DISTINCT s.id) AS works, collect(abouts) AS told, head(collect(claim)) AS claim
UNWIND told AS abouts
UNWIND abouts AS about
WITH DISTINCT author, works, claim, about
WHERE about STARTS WITH 'meeting/' OR about STARTS WITH 'ritual/'
WITH author, works, claim, about,
     EXISTS { MATCH (:Meeting {id: about})<-[:ABOUT]-(:Claim)-[q:CITES]->(w:Source)
              WHERE q.opened AND NOT w.id IN works }
     OR EXISTS { MATCH (:Ritual {id: about})<-[:ABOUT]-(:Claim)-[q:CITES]->(w:Source)
                 WHERE q.opened AND NOT w.id IN works } AS elsewhere
RETURN author, size(works) AS works, count(about) AS encounters,
       sum(CASE WHEN elsewhere THEN 0 ELSE 1 END) AS alone, [claim] AS citation
ORDER BY encounters DESC, author
