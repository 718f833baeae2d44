// title: Acts of an encounter
// answers: What was done in an encounter, in the order coded, by whom and to whom?
// parameters:
//   meeting: meeting; the encounter
// columns:
//   order: the place in the order coded
//   phase: in which phase
//   kind: the kind of act
//   what: what was done, in the coder's words
//   by: who did it
//   to: towards whom
//   duration: for how long, as told
//   performance: given, feigned or held back
//   replies_to: the act it replies to, and how
//   gives: credit, discredit or domination that passes by it
//   citation: where it is told
// nothing: no act is coded
// example: meeting=geneva-1985

// What each performer gave in this encounter is looked up once, not once for each act.
MATCH (m:Meeting {id: $meeting})
WITH m, COLLECT { MATCH (m)-[:STAGED]->(:Ritual)<-[:PERFORMED]-(a:Actor)
                  WITH DISTINCT m, a
                  MATCH (a)-[g:CREDIT|DISCREDIT|DOMINATES]->(b:Actor) WHERE g.about = m.id
                  RETURN {ritual: g.ritual, what: toLower(type(g)) + ' to ' + b.name}
                  ORDER BY g.id } AS given
MATCH (m)-[s:STAGED]->(w:Ritual)
OPTIONAL MATCH (p:Phase {id: coalesce(s.phase, '')})
RETURN s.order AS order, coalesce(p.title, p.id) AS phase, w.kind AS kind, w.title AS what,
       COLLECT { MATCH (a:Actor)-[q:PERFORMED]->(w) WHERE q.part IN ['initiator', 'joint']
                 RETURN a.name ORDER BY a.id } AS by,
       COLLECT { MATCH (a:Actor)-[q:PERFORMED]->(w) WHERE q.part = 'recipient'
                 RETURN a.name ORDER BY a.id } AS to,
       w.duration AS duration, w.performance AS performance,
       COLLECT { MATCH (w)-[q:REPLIES_TO]->(v:Ritual)
                 RETURN coalesce(v.title, v.id) + coalesce(' (' + q.how + ')', '') ORDER BY q.id }
         AS replies_to,
       [x IN given WHERE x.ritual = w.id | x.what] AS gives,
       w.claims + s.claims AS citation
ORDER BY coalesce(s.order, 9007199254740992), w.id
