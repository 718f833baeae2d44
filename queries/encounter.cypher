// title: The encounter
// answers: What was it, when and where, and how does it hang together with others?
// parameters:
//   meeting: meeting; the encounter
// columns:
//   key: what to type for it
//   title: what it was, in the coder's words
//   date: when, as told
//   place: where
//   scope: one encounter, a series, or a habitual practice
//   format: bilateral, multilateral or plenary
//   channel: in person, or through which medium
//   part_of: the series or summit it belongs to
//   parts: how many encounters are part of it
//   contested: whether codings of it differ
//   citation: where it is told
// example: meeting=geneva-1985

MATCH (m:Meeting {id: $meeting})
RETURN substring(m.id, 8) AS key, m.title AS title, m.dates AS date,
       COLLECT { MATCH (m)-[:HELD_AT]->(p:Place) RETURN coalesce(p.name, p.id) ORDER BY p.id }
         AS place,
       m.scope AS scope, m.format AS format, m.channel AS channel,
       COLLECT { MATCH (m)-[:PART_OF]->(w:Meeting) RETURN coalesce(w.title, w.id) ORDER BY w.id }
         AS part_of,
       COUNT { (m)<-[:PART_OF]-(:Meeting) } AS parts,
       m.contested AS contested, m.claims AS citation
