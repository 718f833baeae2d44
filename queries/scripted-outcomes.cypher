// title: Which scripted meetings changed positions, which improvised ones?
// answers: Of encounters that were orchestrated or follow a script, and of those told to have changed a position, which was which, and what came of it?
// parameters:
//   meeting: meeting = ; this encounter
// columns:
//   date: when, as told
//   encounter: the encounter
//   scripted: the script followed, or what is told of its orchestration, else "not coded"
//   changed: yes, where a position was changed or a demand dropped; else "not coded"
//   outcomes: what followed, with its kind, else "not coded"
//   citation: where these are told
// nothing: neither a script nor a changed position is coded there
// example:

MATCH (m:Meeting)
WHERE $meeting IS NULL OR m.id = $meeting
WITH m,
     COLLECT { MATCH (m)-[r:FOLLOWS_SCRIPT]->(n:Meeting)
               RETURN {what: 'follows: ' + n.title, claims: r.claims} ORDER BY r.id }
     + COLLECT { MATCH (m)<-[:PART_OF*0..1]-(n)-[r:MODERATED_BY]->(:Term {id: 'term/orchestration'})
                 WHERE r.about = m.id
                 RETURN {what: 'orchestration: ' + coalesce(r.note, 'told'), claims: r.claims}
                 ORDER BY r.id }
     + COLLECT { MATCH (m)-[:STAGED]->(:Ritual)-[r:MODERATED_BY]->(:Term {id: 'term/orchestration'})
                 RETURN {what: 'orchestration: ' + coalesce(r.note, 'told'), claims: r.claims}
                 ORDER BY r.id } AS scripted,
     COLLECT { MATCH (m)-[r:LED_TO]->(o:Outcome) RETURN {o: o, r: r} ORDER BY o.id }
     + COLLECT { MATCH (m)<-[:PART_OF]-(:Phase)-[r:LED_TO]->(o:Outcome)
                 RETURN {o: o, r: r} ORDER BY o.id }
     + COLLECT { MATCH (m)-[:STAGED]->(:Ritual)-[r:LED_TO]->(o:Outcome)
                 RETURN {o: o, r: r} ORDER BY o.id } AS led
WHERE size(scripted) > 0
   OR any(x IN led WHERE x.o.kind IN ['changed-position', 'demand-dropped'])
RETURN m.date AS date, m.title AS encounter,
       CASE WHEN size(scripted) = 0 THEN ['not coded'] ELSE [x IN scripted | x.what] END
         AS scripted,
       CASE WHEN any(x IN led WHERE x.o.kind IN ['changed-position', 'demand-dropped'])
            THEN 'yes' ELSE 'not coded' END AS changed,
       CASE WHEN size(led) = 0 THEN ['not coded']
            ELSE [x IN led | coalesce(x.o.title, x.o.id) + coalesce(' (' + x.o.kind + ')', '')]
            END AS outcomes,
       [[x IN scripted | x.claims], [x IN led | [x.r.claims, x.o.claims]]] AS citation
ORDER BY coalesce(m.earliest, 9007199254740992), m.id
