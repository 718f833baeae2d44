// title: Who set the tone, and who had the last word?
// answers: Whose is the first act told of an encounter, whose the last, and what is remarked on the tone?
// parameters:
//   meeting: meeting = ; of this encounter
// columns:
//   date: when, as told
//   encounter: the encounter
//   first_by: who did the first act coded that somebody did, else "not coded"
//   first: that act
//   last_by: who did the last act coded, else "not coded"; who truly ended may not be told
//   last: that act
//   tone: remarks that speak of the tone, else "not coded"
//   citation: where these are told
// nothing: no encounter of that name is coded
// example: meeting=santos-chavez-2010

MATCH (m:Meeting)
WHERE ($meeting IS NULL OR m.id = $meeting) AND coalesce(m.scope, 'encounter') = 'encounter'
WITH m,
     COLLECT { MATCH (m)-[s:STAGED]->(w:Ritual)<-[p:PERFORMED]-(a:Actor)
               WHERE p.part IN ['initiator', 'joint']
               WITH s, w, a ORDER BY a.id
               WITH s, w, collect(a.name) AS names
               RETURN {what: coalesce(w.title, w.kind), names: names, claims: w.claims}
               ORDER BY coalesce(s.order, 9007199254740992), w.id } AS acts,
     COLLECT { MATCH (m)<-[:ABOUT]-(c:Claim {predicate: 'remark'})
               WHERE ' ' + c.search + ' ' CONTAINS ' tone ' RETURN c ORDER BY c.id } AS tone
RETURN m.date AS date, m.title AS encounter, coalesce(head(acts).names, ['not coded']) AS first_by,
       head(acts).what AS first, coalesce(last(acts).names, ['not coded']) AS last_by,
       last(acts).what AS last,
       CASE WHEN size(tone) = 0 THEN ['not coded'] ELSE [c IN tone | c.value] END AS tone,
       [coalesce(head(acts).claims, []), coalesce(last(acts).claims, []), [c IN tone | c.id]]
         AS citation
ORDER BY coalesce(m.earliest, 9007199254740992), m.id
