// title: Audiences
// answers: Before whom were encounters held, how did they watch or read, and were they addressed?
// parameters:
//   meeting: meeting = ; of this encounter
//   manner: term(audience) = ; co-present, mediated, at home, or readers of the minutes
// columns:
//   date: when, as told
//   encounter: the encounter
//   audience: who
//   manner: in which way
//   addressed: whether they were spoken to, as told
//   of: the phase or act they attended to; empty where it is the whole
//   citation: where it is told
// nothing: no audience is coded there
// example: manner=at-home

MATCH (a:Actor)-[r:AUDIENCE]->(n)
WHERE ($meeting IS NULL OR r.about = $meeting) AND ($manner IS NULL OR 'term/' + r.manner = $manner)
OPTIONAL MATCH (m:Meeting {id: coalesce(r.about, '')})
RETURN m.date AS date, m.title AS encounter, a.name AS audience, r.manner AS manner,
       r.addressed AS addressed, CASE WHEN NOT n:Meeting THEN coalesce(n.title, n.id) END AS of,
       r.claims AS citation
ORDER BY coalesce(m.earliest, 9007199254740992), r.about, a.id, r.id
