// title: Statements of the theory
// answers: What does the theory say, who says it, and which encounters show the terms it concerns?
// parameters:
//   statement: term(theory) = ; this statement only
// columns:
//   statement: the statement
//   says: what it says
//   said_citation: who says it
//   term: a term it concerns
//   encounter: an encounter that shows the term, or "not coded"
//   of: the phase or act that shows it; empty where it is told of the whole
//   degree: present, partly, absent, unclear or not observable, where told
//   citation: where that is told
// nothing: the graph holds no statement of the theory
// example: statement=rank-trumps-gender

MATCH (s:Term {scheme: 'theory'})
WHERE $statement IS NULL OR s.id = $statement
OPTIONAL MATCH (s)-[:CONCERNS]->(t:Term)
OPTIONAL MATCH (t)<-[r:SHOWS|MODERATED_BY]-(n)
OPTIONAL MATCH (m:Meeting {id: coalesce(r.about, '')})
RETURN s.label AS statement, s.definition AS says, s.claims AS said_citation,
       coalesce(t.label, t.id) AS term, coalesce(m.title, n.name, 'not coded') AS encounter,
       CASE WHEN n:Phase OR n:Ritual THEN coalesce(n.title, n.id) END AS of,
       r.degree AS degree, r.claims AS citation
ORDER BY s.id, coalesce(t.id, ''), coalesce(m.earliest, 9007199254740992),
         coalesce(r.about, ''), coalesce(r.id, '')
