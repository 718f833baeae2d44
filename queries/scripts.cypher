// title: Scripts and answers
// answers: Which encounters follow the script of another or answer it, and what followed from them?
// parameters:
//   meeting: meeting = ; this encounter, as the one or the other
// columns:
//   date: when, as told
//   encounter: the encounter that follows or answers
//   link: follows the script of, or answers
//   template: the earlier encounter
//   template_date: when that was, as told
//   led_to: what followed from the later encounter
//   citation: where the link, and what followed, is told
// nothing: no script is coded there
// example: meeting=geneva-1985

MATCH (m:Meeting)-[r:FOLLOWS_SCRIPT|ANSWERS]->(n:Meeting)
WHERE $meeting IS NULL OR $meeting IN [m.id, n.id]
WITH m, r, n,
     COLLECT { MATCH (m)<-[:PART_OF*0..1]-(p)-[l:LED_TO]->(o:Outcome) WHERE l.about = m.id
               RETURN {o: o, l: l} ORDER BY o.id, l.id }
     + COLLECT { MATCH (m)-[:STAGED]->(:Ritual)-[l:LED_TO]->(o:Outcome)
                 RETURN {o: o, l: l} ORDER BY o.id, l.id } AS led
RETURN m.date AS date, m.title AS encounter,
       CASE type(r) WHEN 'ANSWERS' THEN 'answers' ELSE 'follows the script of' END AS link,
       n.title AS template, n.date AS template_date,
       [x IN led | x.o.title] AS led_to, [r.claims, [x IN led | x.l.claims]] AS citation
ORDER BY coalesce(m.earliest, 9007199254740992), m.id, r.id
