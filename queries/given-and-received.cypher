// title: Credits and discredits given and received
// answers: With whom did an actor exchange credit and discredit, and how much in each direction?
// parameters:
//   actor: actor; who
//   leads: flag = no; machine-coded rows too
// columns:
//   other: with whom
//   credits_given: acts of credit to the other
//   credits_received: acts of credit from the other
//   discredits_given: acts of discredit to the other
//   discredits_received: acts of discredit from the other
//   weightless: acts held back or refused, which count above as nothing
//   citation: where they are told
// nothing: no credit or discredit is coded
// example: actor=reagan

MATCH (a:Actor {id: $actor})-[r:CREDIT|DISCREDIT]-(b:Actor)
WHERE $leads OR NOT coalesce(r.machine, false)
WITH a, b, r, startNode(r).id = a.id AS given, type(r) = 'CREDIT' AS credit,
     coalesce(r.performance, '') = 'suppressed' OR coalesce(r.uptake, '') = 'refused' AS weightless
ORDER BY r.id
WITH b.id AS id, coalesce(b.name, b.id) AS other,
       sum(CASE WHEN credit AND given AND NOT weightless THEN 1 ELSE 0 END) AS credits_given,
       sum(CASE WHEN credit AND NOT given AND NOT weightless THEN 1 ELSE 0 END) AS credits_received,
       sum(CASE WHEN credit OR NOT given OR weightless THEN 0 ELSE 1 END) AS discredits_given,
       sum(CASE WHEN credit OR given OR weightless THEN 0 ELSE 1 END) AS discredits_received,
       sum(CASE WHEN weightless THEN 1 ELSE 0 END) AS weightless,
       collect(r.claims) AS citation
ORDER BY id
RETURN other, credits_given, credits_received, discredits_given, discredits_received, weightless,
       citation
