// title: Encounters by stage
// answers: Which encounters, phases and acts were on front stage, back stage, or both?
// parameters:
//   stage: term(stage) = ; front, back or both
// columns:
//   stage: which
//   date: when, as told
//   encounter: the encounter
//   part: the phase or act; empty where the stage is told of the whole
//   mode: the modes coded for it
//   citation: where it is told
// nothing: no stage is coded there
// example: stage=back

CALL {
  MATCH (m:Meeting) WHERE m.stage IS NOT NULL RETURN m, m AS n, 0 AS rank
  UNION ALL
  MATCH (n:Phase)-[:PART_OF]->(m:Meeting) WHERE n.stage IS NOT NULL RETURN m, n, 1 AS rank
  UNION ALL
  MATCH (n:Ritual)<-[:STAGED]-(m:Meeting) WHERE n.stage IS NOT NULL RETURN m, n, 2 AS rank
}
WITH m, n, rank WHERE $stage IS NULL OR 'term/' + n.stage = $stage
RETURN n.stage AS stage, m.date AS date, m.title AS encounter,
       CASE WHEN rank > 0 THEN coalesce(n.title, n.id) END AS part,
       COLLECT { MATCH (n)-[s:SHOWS {scheme: 'mode'}]->(t:Term)
                RETURN t.label + CASE WHEN coalesce(s.degree, 'present') = 'present' THEN ''
                                  ELSE ' (' + s.degree + ')' END
                ORDER BY t.id, s.id }
         AS mode,
       [n.claims] + COLLECT { MATCH (n)-[s:SHOWS {scheme: 'mode'}]->(:Term)
                              RETURN s.claims ORDER BY s.id } AS citation
ORDER BY n.stage, coalesce(m.earliest, 9007199254740992), m.id, rank,
         coalesce(n.order, 9007199254740992), n.id
