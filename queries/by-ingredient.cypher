// title: Encounters by ingredient
// answers: Which encounters and phases show an ingredient of a successful ritual, how far, and who says so?
// parameters:
//   ingredient: term(ingredient) = ; this one only
//   degree: term(degree) = ; to this degree only
//   from: date = ; not before this date
//   to: date = ; not after this date
//   leads: flag = no; machine-coded rows too
// columns:
//   ingredient: which
//   date: when, as told
//   encounter: the encounter
//   phase: the phase that shows it; empty where it is told of the whole
//   between: the actors it holds for; empty where it is told of all
//   degree: present, partly, absent, unclear or not observable; empty where it is not told
//   contested: whether codings of it differ
//   citation: where it is told
// nothing: nothing of the kind is coded; that does not say it was not there
// example: ingredient=mutual-focus

MATCH (n)-[r:SHOWS]->(t:Term)
WHERE r.scheme = 'ingredient' AND ($ingredient IS NULL OR t.id = $ingredient)
  AND ($degree IS NULL OR 'term/' + r.degree = $degree)
  AND ($leads OR NOT coalesce(r.machine, false))
OPTIONAL MATCH (m:Meeting {id: coalesce(r.about, '')})
WITH n, r, t, m
WHERE ($from IS NULL OR m.latest >= $from_earliest)
  AND ($to IS NULL OR m.earliest <= $to_latest)
RETURN coalesce(t.label, t.id) AS ingredient, m.date AS date, m.title AS encounter,
       CASE WHEN n:Phase THEN coalesce(n.title, n.id) END AS phase,
       COLLECT { UNWIND coalesce(r.between, []) AS id MATCH (a:Actor {id: id})
                 RETURN a.name ORDER BY a.id } AS between,
       r.degree AS degree, r.contested AS contested, r.claims AS citation
ORDER BY t.id, coalesce(m.earliest, 9007199254740992), r.about, coalesce(n.order, 0), r.id
