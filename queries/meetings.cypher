// title: Encounters by place, period and participant
// answers: Which encounters took place there, then, and with whom?
// parameters:
//   place: place = ; held there
//   participant: actor = ; with this actor
//   other: actor = ; and with this one
//   from: date = ; that may lie after this date
//   to: date = ; that may lie before this date
//   format: term(format) = ; bilateral, multilateral or plenary
//   scope: text = encounter; encounter, series, practice, or all
// columns:
//   date: when, as told
//   encounter: what it was
//   key: what to type for it
//   place: where
//   format: bilateral, multilateral or plenary
//   mode: the modes of interaction coded for the whole of it
//   participants: who took part
//   citation: where it is told
// nothing: no such encounter is coded; it may still have taken place
// example: participant=reagan

CALL {
  MATCH (:Place {id: coalesce($place, '')})<-[:HELD_AT]-(m:Meeting) RETURN m
  UNION
  MATCH (:Actor {id: coalesce($participant, '')})-[:TOOK_PART]->(m:Meeting) WHERE $place IS NULL RETURN m
  UNION
  MATCH (m:Meeting) WHERE $place IS NULL AND $participant IS NULL RETURN m
}
WITH m
WHERE ($from IS NULL OR m.latest >= $from_earliest) AND ($to IS NULL OR m.earliest <= $to_latest)
  AND ($format IS NULL OR 'term/' + m.format = $format)
  AND ($scope = 'all' OR coalesce(m.scope, 'encounter') = $scope)
  AND ($participant IS NULL OR EXISTS { MATCH (m)<-[:TOOK_PART]-(:Actor {id: $participant}) })
  AND ($other IS NULL OR EXISTS { MATCH (m)<-[:TOOK_PART]-(:Actor {id: $other}) })
RETURN m.date AS date, m.title AS encounter, substring(m.id, 8) AS key,
       COLLECT { MATCH (m)-[:HELD_AT]->(p:Place) RETURN p.name ORDER BY p.id } AS place,
       m.format AS format,
       COLLECT { MATCH (m)-[s:SHOWS {scheme: 'mode'}]->(t:Term)
                RETURN t.label + CASE WHEN coalesce(s.degree, 'present') = 'present' THEN ''
                                  ELSE ' (' + s.degree + ')' END
                ORDER BY t.id, s.id }
         AS mode,
       COLLECT { MATCH (m)<-[:TOOK_PART]-(a:Actor) RETURN a.name ORDER BY a.id } AS participants,
       m.claims AS citation
ORDER BY coalesce(m.earliest, 9007199254740992), m.id
