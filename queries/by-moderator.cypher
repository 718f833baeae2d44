// title: Encounters by moderator
// answers: Which conditions, such as rank, gender or formality, are told to have shaped which encounters?
// parameters:
//   moderator: term(moderator) = ; this condition only
// columns:
//   moderator: which condition
//   date: when, as told
//   encounter: the encounter; empty where it is told of an actor
//   of: the phase, act or actor it is told of; empty where it is told of the whole
//   note: how, in the coder's words
//   citation: where it is told
// nothing: no such condition is coded
// example: moderator=gender

MATCH (n)-[r:MODERATED_BY]->(t:Term)
WHERE $moderator IS NULL OR t.id = $moderator
OPTIONAL MATCH (m:Meeting {id: coalesce(r.about, '')})
RETURN coalesce(t.label, t.id) AS moderator, m.date AS date, m.title AS encounter,
       CASE WHEN NOT n:Meeting THEN coalesce(n.title, n.name, n.id) END AS of,
       r.note AS note, r.claims AS citation
ORDER BY t.id, coalesce(m.earliest, 9007199254740992), r.about, coalesce(n.order, 0), r.id
