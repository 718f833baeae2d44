// title: Who replied to whom, and how
// answers: Which acts reply to which, whose are they, and does the reply return, mirror, resist, ignore or repair?
// parameters:
//   actor: actor = ; replies of this actor, or to this actor
//   meeting: meeting = ; in this encounter
//   how: term(reply) = ; replies of this manner only
// columns:
//   encounter: where
//   replying: who replied
//   reply: the act that replies
//   how: in which manner, as coded
//   answered: whose act was replied to
//   act: the act replied to
//   citation: where it is told
// nothing: no reply is coded there
// example: meeting=geneva-1985

MATCH (w:Ritual)-[r:REPLIES_TO]->(v:Ritual)
WHERE ($meeting IS NULL OR r.about = $meeting) AND ($how IS NULL OR 'term/' + r.how = $how)
  AND ($actor IS NULL OR EXISTS {
        MATCH (x:Actor {id: $actor})-[p:PERFORMED]->(y) WHERE y.id IN [w.id, v.id]
          AND p.part IN ['initiator', 'joint'] })
OPTIONAL MATCH (m:Meeting {id: coalesce(r.about, '')})
RETURN m.title AS encounter,
       COLLECT { MATCH (a:Actor)-[p:PERFORMED]->(w) WHERE p.part IN ['initiator', 'joint']
                 RETURN a.name ORDER BY a.id } AS replying,
       coalesce(w.title, w.kind) AS reply, r.how AS how,
       COLLECT { MATCH (a:Actor)-[p:PERFORMED]->(v) WHERE p.part IN ['initiator', 'joint']
                 RETURN a.name ORDER BY a.id } AS answered,
       coalesce(v.title, v.kind) AS act, r.claims AS citation
ORDER BY coalesce(m.earliest, 9007199254740992), r.about, coalesce(w.order, 9007199254740992), r.id
