// title: What was paid back, answered, left open
// answers: Which credits were paid back and which discredits answered between two actors, and within how long?
// parameters:
//   a: actor; one of the two
//   b: actor; the other
//   days: integer = 365; how many days an answer may take
//   leads: flag = no; machine-coded rows too
// columns:
//   date: when, as told
//   encounter: where
//   giver: who gave
//   receiver: to whom
//   gave: credit or discredit
//   act: the act
//   uptake: how it was taken, as told
//   became: paid back, answered in kind, met with the opposite; or open, where no answer is coded
//   answer: a coded reply, else the first act the other way that replies to nothing else
//   answered: when, as told
//   how: a coded reply, in the same encounter, certainly later, or possibly later
//   citation: where it and its answer are told
// nothing: no credit or discredit between the two is coded
// example: a=reagan b=gorbachev

// An answer is looked for among the fifty acts that follow, so that the work grows with their
// number and not with its square.
MATCH (:Actor {id: $a})-[r:CREDIT|DISCREDIT]-(:Actor {id: $b})
WHERE $leads OR NOT coalesce(r.machine, false)
WITH r, startNode(r) AS g, endNode(r) AS h
ORDER BY coalesce(r.earliest, 9007199254740992), coalesce(r.latest, 9007199254740992),
         coalesce(r.meeting, '~'), coalesce(r.order, 9007199254740992), r.id
WITH collect({r: r, g: g, h: h, sign: toLower(type(r)), replies: COLLECT {
       MATCH (:Ritual {id: coalesce(r.ritual, '')})<-[:REPLIES_TO]-(w:Ritual) RETURN w.id ORDER BY w.id
     }, is_reply: COUNT { MATCH (:Ritual {id: coalesce(r.ritual, '')})-[:REPLIES_TO]->(:Ritual) } > 0}) AS steps
UNWIND range(0, size(steps) - 1) AS i
WITH steps, i, steps[i] AS s,
     [j IN range(0, size(steps) - 1) WHERE i - 50 < j AND j < i + 50 AND j <> i
        AND steps[j].g.id = steps[i].h.id AND steps[j].r.ritual IN steps[i].replies] AS replied,
     [j IN range(i + 1, i + 50) WHERE j < size(steps) AND NOT steps[j].is_reply
        AND steps[j].g.id = steps[i].h.id
        AND (steps[j].r.meeting = steps[i].r.meeting AND steps[j].r.order > steps[i].r.order
             OR steps[j].r.starts_by > steps[i].r.ends_from
                AND steps[j].r.earliest - steps[i].r.latest <= $days * 86400
                AND coalesce(steps[j].r.meeting, 'j') <> coalesce(steps[i].r.meeting, 'i'))]
       AS later
WITH i, s, size(replied) > 0 AS told,
     CASE WHEN size(replied) > 0 THEN steps[replied[0]]
          WHEN size(later) > 0 THEN steps[later[0]] END AS answer
OPTIONAL MATCH (m:Meeting {id: coalesce(s.r.meeting, '')})
RETURN s.r.date AS date, m.title AS encounter, s.g.name AS giver, s.h.name AS receiver,
       s.sign AS gave, s.r.act AS act, s.r.uptake AS uptake,
       CASE WHEN answer IS NULL THEN 'open: no answer coded'
            WHEN answer.sign <> s.sign THEN 'met with ' + answer.sign
            WHEN s.sign = 'credit' THEN 'paid back' ELSE 'answered in kind' END AS became,
       answer.r.act AS answer, answer.r.date AS answered,
       CASE WHEN answer IS NULL THEN null
            WHEN told THEN 'a coded reply'
            WHEN answer.r.meeting = s.r.meeting THEN 'in the same encounter'
            WHEN answer.r.earliest > s.r.latest AND NOT answer.r.marked AND NOT s.r.marked
              THEN 'certainly later'
            ELSE 'possibly later' END AS how,
       s.r.claims + coalesce(answer.r.claims, []) AS citation
ORDER BY i
