// title: The ledger of a pair
// answers: How many credits and discredits passed between two actors, year by year, in both directions?
// parameters:
//   a: actor; one of the two
//   b: actor; the other
//   from: date = ; not before this date
//   to: date = ; not after this date
//   leads: flag = no; machine-coded rows too
// columns:
//   year: the year as told (of a span, its first), or the whole date where that names no year
//   giver: who gave
//   receiver: to whom
//   credits: acts of credit
//   credits_uncontested: of these, acts whose coding nobody contests
//   discredits: acts of discredit
//   discredits_uncontested: of these, acts whose coding nobody contests
//   weightless: acts held back or refused, which count above as nothing
//   citation: where the acts are told
// nothing: no credit or discredit between the two is coded
// example: a=reagan b=gorbachev

MATCH (:Actor {id: $a})-[r:CREDIT|DISCREDIT]-(:Actor {id: $b})
WHERE ($from IS NULL OR r.latest >= $from_earliest)
  AND ($to IS NULL OR r.earliest <= $to_latest)
  AND ($leads OR NOT coalesce(r.machine, false))
WITH r, startNode(r) AS g, endNode(r) AS h, type(r) = 'CREDIT' AS credit,
     coalesce(r.performance, '') = 'suppressed' OR coalesce(r.uptake, '') = 'refused' AS weightless,
     CASE WHEN r.date IS NULL THEN 'undated'
          WHEN r.date =~ '[0-9X]{4}.*' THEN substring(r.date, 0, 4)
          ELSE r.date END AS year
ORDER BY r.id
WITH year, g.id AS gid, g.name AS giver, h.name AS receiver,
     sum(CASE WHEN credit AND NOT weightless THEN 1 ELSE 0 END) AS credits,
     sum(CASE WHEN credit AND NOT weightless AND NOT r.contested THEN 1 ELSE 0 END)
       AS credits_uncontested,
     sum(CASE WHEN credit OR weightless THEN 0 ELSE 1 END) AS discredits,
     sum(CASE WHEN credit OR weightless OR r.contested THEN 0 ELSE 1 END)
       AS discredits_uncontested,
     sum(CASE WHEN weightless THEN 1 ELSE 0 END) AS weightless,
     collect(r.claims) AS citation
ORDER BY year, gid
RETURN year, giver, receiver, credits, credits_uncontested, discredits, discredits_uncontested,
       weightless, citation
