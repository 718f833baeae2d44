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
RETURN m.date AS date, m.title AS encounter,
       CASE type(r) WHEN 'ANSWERS' THEN 'answers' ELSE 'follows the script of' END AS link,
       n.title AS template, n.date AS template_date,
       COLLECT { MATCH ()-[l:LED_TO]->(o:Outcome) WHERE l.about = m.id
                 RETURN o.title ORDER BY o.id } AS led_to,
       [r.claims] + COLLECT { MATCH ()-[l:LED_TO]->(:Outcome) WHERE l.about = m.id
                              RETURN l.claims ORDER BY l.id } AS citation
ORDER BY coalesce(m.earliest, 9007199254740992), m.id, r.id
