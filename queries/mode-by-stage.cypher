// title: Did the mode change when the cameras left?
// answers: In encounters told with a front and a back stage, or whose participants believed something of the cameras, was the mode another one behind closed doors?
// parameters:
//   meeting: meeting = ; in this encounter
// columns:
//   date: when, as told
//   encounter: the encounter
//   front: the modes told of its front stage, else "not coded"
//   back: the modes told of its back stage, else "not coded"
//   changed: yes, no, not coded, or unclear where nobody could tell for sure
//   believed: what participants believed of the stage
//   citation: where modes, stages and beliefs are told
// nothing: no stage is coded there
// example:

MATCH (m:Meeting)
WHERE $meeting IS NULL OR m.id = $meeting
WITH m,
     COLLECT { MATCH (m)<-[:PART_OF*0..1]-(n)-[s:SHOWS {scheme: 'mode'}]->(t:Term)
               WHERE (n:Phase OR n.id = m.id) AND n.stage IS NOT NULL
               RETURN {stage: CASE n.stage WHEN 'back' THEN 'back' ELSE 'front' END,
                       mode: t.label, degree: coalesce(s.degree, 'present'), claims: s.claims}
               ORDER BY t.id, s.id } AS modes,
     COLLECT { MATCH (m)<-[:PART_OF]-(n:Phase) WHERE n.stage IS NOT NULL
               RETURN n.claims ORDER BY n.id } AS staged,
     COLLECT { MATCH (m)<-[r:TOOK_PART]-(a:Actor) WHERE r.believed IS NOT NULL
               RETURN {what: a.name + ': ' + r.believed, claims: r.claims} ORDER BY a.id }
       AS believed
WHERE size(staged) > 0 OR size(believed) > 0 OR m.stage IS NOT NULL
WITH m, modes, staged, believed,
     [x IN modes WHERE x.stage = 'front' | x.mode + CASE x.degree WHEN 'present' THEN ''
        ELSE ' (' + x.degree + ')' END] AS front,
     [x IN modes WHERE x.stage = 'back' | x.mode + CASE x.degree WHEN 'present' THEN ''
        ELSE ' (' + x.degree + ')' END] AS back
RETURN m.date AS date, m.title AS encounter,
       CASE WHEN size(front) = 0 THEN ['not coded'] ELSE front END AS front,
       CASE WHEN size(back) = 0 THEN ['not coded'] ELSE back END AS back,
       CASE WHEN size(front) = 0 OR size(back) = 0 THEN 'not coded'
            WHEN any(x IN modes WHERE x.degree IN ['unclear', 'not-observable']) THEN 'unclear'
            WHEN all(x IN front WHERE x IN back) AND all(x IN back WHERE x IN front) THEN 'no'
            ELSE 'yes' END AS changed,
       [x IN believed | x.what] AS believed,
       [staged, [x IN believed | x.claims], [x IN modes | x.claims]] AS citation
ORDER BY coalesce(m.earliest, 9007199254740992), m.id
