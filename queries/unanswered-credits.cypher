// title: When were credits left unanswered?
// answers: Which credits were left unanswered, refused, ignored or held back; and of which is no answer coded?
// parameters:
//   actor: actor = ; given by or to this actor
//   uncoded: flag = yes; also credits of which neither uptake nor reply is coded
//   leads: flag = no; machine-coded rows too
// columns:
//   date: when, as told
//   encounter: where
//   giver: who gave
//   receiver: to whom
//   act: the act
//   what: what was done
//   became: unanswered, refused ..., as told; how it was replied to; held back; or not coded
//   citation: where it is told
// nothing: no credit is left without an answer there
// example:

MATCH (a:Actor)-[r:CREDIT]->(b:Actor)
WHERE ($actor IS NULL OR $actor IN [a.id, b.id]) AND ($leads OR NOT coalesce(r.machine, false))
  AND NOT coalesce(r.uptake, '') IN ['accepted', 'paid-back']
OPTIONAL MATCH (w:Ritual {id: coalesce(r.ritual, '')})
WITH a, b, r, w,
     COLLECT { MATCH (w)<-[q:REPLIES_TO]-(v:Ritual)
               RETURN {how: q.how, what: coalesce(v.title, v.id), claims: q.claims} ORDER BY q.id }
       AS replies
WITH a, b, r, w, [q IN replies WHERE q.how IN ['ignores', 'resists']] AS cold,
     size(replies) AS answers
WITH a, b, r, w, cold,
     CASE WHEN r.performance = 'suppressed' THEN 'held back'
          WHEN r.uptake IS NOT NULL THEN r.uptake + ', as told'
          WHEN size(cold) > 0 THEN head(cold).how + ': ' + head(cold).what
          WHEN answers = 0 THEN 'not coded: neither uptake nor reply' END AS became
WHERE became IS NOT NULL AND ($uncoded OR NOT became STARTS WITH 'not coded')
OPTIONAL MATCH (m:Meeting {id: coalesce(r.meeting, '')})
RETURN r.date AS date, m.title AS encounter, a.name AS giver, b.name AS receiver, r.act AS act,
       w.title AS what, became, [r.claims, [q IN cold | q.claims]] AS citation
ORDER BY CASE WHEN became STARTS WITH 'not coded' THEN 1 ELSE 0 END,
         coalesce(r.earliest, 9007199254740992), r.about, coalesce(r.order, 9007199254740992), r.id
