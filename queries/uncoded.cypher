// title: What is not coded
// answers: Which qualities of an encounter has nobody coded yet?
// parameters:
//   meeting: meeting; the encounter
// columns:
//   quality: what is not coded; a source may tell it all the same
//   of: of whom or what; empty where of the whole encounter
// nothing: every quality asked for here is coded
// example: meeting=geneva-1985

MATCH (m:Meeting {id: $meeting})
CALL {
  WITH m
  UNWIND [['date', m.date], ['format', m.format], ['channel', m.channel], ['stage', m.stage],
          ['duration', m.duration], ['language', head(coalesce(m.languages, []))],
          ['arrangement', head(coalesce(m.arrangement, []))],
          ['topics', head(coalesce(m.topics, []))]] AS q
  WITH q WHERE q[1] IS NULL
  RETURN 1 AS rank, q[0] AS quality, null AS of
  UNION ALL
  WITH m
  WITH [['place', COUNT { (m)-[:HELD_AT]->() }], ['participants', COUNT { (m)<-[:TOOK_PART]-() }],
        ['audience', COUNT { (m)<-[:AUDIENCE]-() }], ['acts', COUNT { (m)-[:STAGED]->() }],
        ['phases', COUNT { (m)<-[:PART_OF]-(:Phase) }],
        ['moderators', COUNT { (m)<-[:PART_OF*0..1]-()-[:MODERATED_BY]->(:Term) }
                         + COUNT { (m)-[:STAGED]->(:Ritual)-[:MODERATED_BY]->(:Term) }],
        ['outcomes', COUNT { (m)<-[:PART_OF*0..1]-()-[:LED_TO]->() }
                       + COUNT { (m)-[:STAGED]->(:Ritual)-[:LED_TO]->() }],
        ['script', COUNT { (m)-[:FOLLOWS_SCRIPT|ANSWERS]->() }]] AS told
  UNWIND told AS q
  WITH q WHERE q[1] = 0
  RETURN 2 AS rank, q[0] AS quality, null AS of
  UNION ALL
  WITH m
  WITH COLLECT { MATCH (m)<-[:PART_OF*0..1]-()-[:SHOWS]->(t:Term)
                 RETURN DISTINCT t.id } AS shown
  MATCH (t:Term) WHERE t.scheme IN ['ingredient', 'effect'] AND NOT t.id IN shown
  RETURN 3 AS rank, t.scheme + ': ' + t.label AS quality, null AS of
  UNION ALL
  WITH m
  MATCH (m)<-[:PART_OF*0..1]-(n)
  WHERE (n:Meeting AND n.id = m.id OR n:Phase)
    AND NOT EXISTS { MATCH (n)-[:SHOWS {scheme: 'mode'}]->() }
  RETURN 4 AS rank, 'mode' AS quality,
         CASE WHEN n:Phase THEN 'phase: ' + coalesce(n.title, n.id) END AS of
  UNION ALL
  WITH m
  MATCH (m)<-[r:TOOK_PART]-(a:Actor)
  UNWIND [['office', r.office], ['side', r.side], ['energy on arrival', r.energy_before],
          ['energy after', r.energy_after]] AS q
  WITH a, q WHERE q[1] IS NULL AND (q[0] <> 'office' OR a.kind = 'person')
  RETURN 5 AS rank, q[0] AS quality, a.name AS of
}
RETURN quality, of
ORDER BY rank, quality, coalesce(of, '')
