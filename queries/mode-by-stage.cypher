// title: Did the mode change when the cameras left?
// answers: In encounters told with a front and a back stage, or whose participants believed something of the cameras, was the mode another one behind closed doors?
// parameters:
//   meeting: meeting = ; in this encounter
// columns:
//   date: when, as told
//   encounter: the encounter
//   front: the modes told of its front stage, else "not coded"
//   back: the modes told of its back stage, else "not coded"
//   changed: yes, no, or not coded
//   believed: what participants believed of the stage
//   citation: where modes, stages and beliefs are told
// nothing: no stage is coded there
// example:

MATCH (m:Meeting)
WHERE ($meeting IS NULL OR m.id = $meeting)
WITH m,
     COLLECT { MATCH (m)<-[:PART_OF*0..1]-(n)-[:SHOWS {scheme: 'mode'}]->(t:Term)
               WHERE (n:Phase OR n.id = m.id) AND n.stage IN ['front', 'both']
               RETURN DISTINCT t.label AS label ORDER BY label } AS front,
     COLLECT { MATCH (m)<-[:PART_OF]-(n:Phase)-[:SHOWS {scheme: 'mode'}]->(t:Term)
               WHERE n.stage = 'back'
               RETURN DISTINCT t.label AS label ORDER BY label } AS back,
     COLLECT { MATCH (m)<-[:PART_OF]-(n:Phase) WHERE n.stage IS NOT NULL
               RETURN n.claims ORDER BY n.id } AS staged,
     COLLECT { MATCH (m)<-[r:TOOK_PART]-(a:Actor) WHERE r.believed IS NOT NULL
               RETURN a.name + ': ' + r.believed ORDER BY a.id } AS believed,
     COLLECT { MATCH (m)<-[r:TOOK_PART]-(a:Actor) WHERE r.believed IS NOT NULL
               RETURN r.claims ORDER BY a.id } AS believing,
     COLLECT { MATCH (m)<-[:PART_OF*0..1]-(n)-[r:SHOWS {scheme: 'mode'}]->(:Term)
               WHERE (n:Phase OR n.id = m.id) AND n.stage IS NOT NULL
               RETURN r.claims ORDER BY r.id } AS modes
WHERE size(staged) > 0 OR size(believed) > 0 OR m.stage IS NOT NULL
RETURN m.date AS date, m.title AS encounter,
       CASE WHEN size(front) = 0 THEN ['not coded'] ELSE front END AS front,
       CASE WHEN size(back) = 0 THEN ['not coded'] ELSE back END AS back,
       CASE WHEN size(front) = 0 OR size(back) = 0 THEN 'not coded'
            WHEN front = back THEN 'no' ELSE 'yes' END AS changed,
       believed, staged + believing + modes AS citation
ORDER BY coalesce(m.earliest, 9007199254740992), m.id
