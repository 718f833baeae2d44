// title: When did leaders' bonds become their states'?
// answers: Of bonds between representatives of two sides, is a bond between the sides told as well, and when?
// parameters:
//   actor: actor = ; of this person
// columns:
//   date: when, as told
//   one: one of the two
//   other: the other
//   kind: trust, liking ...
//   change: how it changed
//   encounter: where
//   sides: the sides they represented
//   sides_bond: bonds told of the sides, with their date, else "not coded"
//   outcomes: what is told to have followed from the encounter, else "not coded"
//   citation: where these are told
// nothing: no bond between representatives of two sides is coded
// example:

MATCH (a:Actor)-[r:BOND]->(b:Actor)
WHERE ($actor IS NULL OR $actor IN [a.id, b.id]) AND r.kind <> 'rapprochement'
MATCH (m:Meeting {id: coalesce(r.meeting, '')})
MATCH (m)<-[x:TOOK_PART]-(a1:Actor) WHERE a1.id = a.id
MATCH (m)<-[y:TOOK_PART]-(b1:Actor) WHERE b1.id = b.id
WITH a, b, r, m, x, y
WHERE x.side IS NOT NULL AND y.side IS NOT NULL AND x.side <> y.side
MATCH (s:Actor {id: x.side})
MATCH (t:Actor {id: y.side})
WITH a, b, r, m, s, t,
     COLLECT { MATCH (s)-[q:BOND]-(t)
               RETURN {what: q.kind + coalesce(' ' + q.change, '') + coalesce(', ' + q.date, ''),
                       claims: q.claims} ORDER BY coalesce(q.earliest, 9007199254740992), q.id }
       AS followed,
     COLLECT { MATCH (m)<-[:PART_OF*0..1]-(n)-[q:LED_TO]->(o:Outcome) WHERE q.about = m.id
               RETURN {what: coalesce(o.title, o.id) + coalesce(' (' + o.kind + ')', ''),
                       claims: q.claims} ORDER BY o.id } AS led
RETURN r.date AS date, a.name AS one, b.name AS other, r.kind AS kind, r.change AS change,
       m.title AS encounter, [s.name, t.name] AS sides,
       CASE WHEN size(followed) = 0 THEN ['not coded'] ELSE [x IN followed | x.what] END
         AS sides_bond,
       CASE WHEN size(led) = 0 THEN ['not coded'] ELSE [x IN led | x.what] END AS outcomes,
       [r.claims, [x IN followed | x.claims], [x IN led | x.claims]] AS citation
ORDER BY coalesce(r.earliest, 9007199254740992), m.id, a.id, b.id, r.id
