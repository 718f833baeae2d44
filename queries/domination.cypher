// title: Who dominated whom
// answers: Which acts of domination, or attempts at it, are told, and what became of each?
// parameters:
//   actor: actor = ; by or over this actor
//   meeting: meeting = ; in this encounter
//   result: term(result) = ; with this result
//   leads: flag = no; machine-coded rows too
// columns:
//   date: when, as told
//   encounter: where
//   dominates: who
//   over: over whom
//   what: the act
//   result: accepted, resisted or countered
//   replies: what the act was answered with, and how
//   contested: whether codings of it differ
//   citation: where it is told
// nothing: no domination is coded there
// example: actor=trump

MATCH (a:Actor)-[r:DOMINATES]->(b:Actor)
WHERE ($actor IS NULL OR $actor IN [a.id, b.id])
  AND ($meeting IS NULL OR r.meeting = $meeting)
  AND ($result IS NULL OR 'term/' + r.result = $result)
  AND ($leads OR NOT coalesce(r.machine, false))
OPTIONAL MATCH (m:Meeting {id: coalesce(r.meeting, '')})
OPTIONAL MATCH (w:Ritual {id: coalesce(r.ritual, '')})
RETURN r.date AS date, m.title AS encounter, a.name AS dominates, b.name AS over,
       coalesce(w.title, r.act) AS what, r.result AS result,
       COLLECT { MATCH (w)<-[q:REPLIES_TO]-(v:Ritual)
                 RETURN coalesce(v.title, v.id) + coalesce(' (' + q.how + ')', '')
                 ORDER BY coalesce(v.order, 9007199254740992), v.id } AS replies,
       r.contested AS contested,
       [r.claims] + COLLECT { MATCH (w)<-[q:REPLIES_TO]-(:Ritual) RETURN q.claims ORDER BY q.id }
         AS citation
ORDER BY coalesce(r.earliest, 9007199254740992), coalesce(r.meeting, '~'),
         coalesce(r.order, 9007199254740992), r.id
