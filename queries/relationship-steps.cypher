// title: Everything between a pair, in order
// answers: Which encounters, credits, discredits, acts of domination and bonds tie two actors?
// parameters:
//   a: actor; one of the two
//   b: actor; the other
//   from: date = ; not before this date
//   to: date = ; not after this date
//   leads: flag = no; machine-coded rows too
// columns:
//   date: when, as told
//   encounter: where it happened; empty outside any encounter
//   step: met, credit, discredit, dominates or bond
//   giver: who acted, or one of the two
//   receiver: towards whom, or the other
//   act: the kind of act, or of bond
//   what: what was done, in the coder's words
//   intensity: 1 slight, 2 clear, 3 grave
//   intent: deliberate or not, as told
//   uptake: how it was taken, or what became of the domination, or how the bond changed
//   performance: given, feigned or held back
//   contested: whether codings of it differ
//   id: the edge, for visavis evidence
//   citation: where it is told
// nothing: nothing between the two is coded
// example: a=reagan b=gorbachev

CALL {
  MATCH (g:Actor {id: $a})-[r:CREDIT|DISCREDIT|DOMINATES|BOND]-(h:Actor {id: $b})
  WHERE $leads OR NOT coalesce(r.machine, false)
  RETURN r, startNode(r).name AS giver, endNode(r).name AS receiver,
         toLower(type(r)) AS step, r.meeting AS meeting, r.claims AS citation, 1 AS rank
  UNION ALL
  MATCH (g:Actor {id: $a})-[r:TOOK_PART]->(m:Meeting)<-[q:TOOK_PART]-(h:Actor {id: $b})
  WHERE $leads OR NOT (coalesce(r.machine, false) OR coalesce(q.machine, false))
  RETURN r, g.name AS giver, h.name AS receiver, 'met' AS step, m.id AS meeting,
         r.claims + q.claims AS citation, 0 AS rank
}
WITH r, giver, receiver, step, meeting, citation, rank
WHERE ($from IS NULL OR r.latest >= $from_earliest)
  AND ($to IS NULL OR r.earliest <= $to_latest)
OPTIONAL MATCH (m:Meeting {id: coalesce(meeting, '')})
OPTIONAL MATCH (w:Ritual {id: coalesce(r.ritual, '')})
RETURN r.date AS date, m.title AS encounter, step, giver, receiver,
       CASE step WHEN 'bond' THEN r.kind ELSE r.act END AS act, w.title AS what,
       r.intensity AS intensity, r.intent AS intent,
       CASE step WHEN 'bond' THEN r.change WHEN 'dominates' THEN r.result ELSE r.uptake END
         AS uptake,
       r.performance AS performance, r.contested AS contested, r.id AS id, citation
ORDER BY coalesce(r.earliest, 9007199254740992), coalesce(r.latest, 9007199254740992),
         coalesce(meeting, '~'), rank, coalesce(r.order, 9007199254740992), r.id
