// title: Encounters by kind of ritual
// answers: In which encounters was an act of this kind, or of a narrower kind, performed, by whom, for how long?
// parameters:
//   ritual: term(ritual); the kind of act, such as handshake
//   from: date = ; not before this date
//   to: date = ; not after this date
// columns:
//   date: when, as told
//   encounter: where; empty outside any encounter
//   kind: the kind of act
//   what: what was done
//   by: who did it
//   to: towards whom
//   duration: for how long, as told
//   performance: given, feigned or held back
//   citation: where it is told
// nothing: no act of the kind is coded
// example: ritual=handshake

MATCH (:Term {id: $ritual})<-[:BROADER*0..5]-(t:Term)
WITH collect(DISTINCT substring(t.id, 5)) AS kinds
MATCH (w:Ritual) WHERE w.kind IN kinds
OPTIONAL MATCH (m:Meeting)-[s:STAGED]->(w)
WITH w, m, s
WHERE ($from IS NULL OR coalesce(w.latest, m.latest) >= $from_earliest)
  AND ($to IS NULL OR coalesce(w.earliest, m.earliest) <= $to_latest)
RETURN coalesce(w.date, m.date) AS date, m.title AS encounter, w.kind AS kind, w.title AS what,
       COLLECT { MATCH (a:Actor)-[p:PERFORMED]->(w) WHERE p.part IN ['initiator', 'joint']
                 RETURN a.name ORDER BY a.id } AS by,
       COLLECT { MATCH (a:Actor)-[p:PERFORMED]->(w) WHERE p.part = 'recipient'
                 RETURN a.name ORDER BY a.id } AS to,
       w.duration AS duration, w.performance AS performance, w.claims AS citation
ORDER BY coalesce(w.earliest, m.earliest, 9007199254740992), coalesce(m.id, '~'),
         coalesce(w.order, 9007199254740992), w.id
