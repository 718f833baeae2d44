// title: Bonds
// answers: Which bonds were formed, strengthened, weakened or broken, between whom and where?
// parameters:
//   actor: actor = ; of this actor
//   kind: term(bond) = ; of this kind
//   change: term(change) = ; with this change
//   leads: flag = no; machine-coded rows too
// columns:
//   date: when, as told
//   one: one of the two, or the group that bonds within itself
//   other: the other
//   kind: trust, liking, rapprochement ...
//   change: formed, strengthened, weakened, broken, none; empty where it is not told
//   share: of a survey, the share as printed
//   n: of a survey, how many were asked
//   encounter: where
//   contested: whether codings of it differ
//   citation: where it is told
// nothing: no bond is coded there
// example: kind=trust

MATCH (a:Actor)-[r:BOND]->(b:Actor)
WHERE ($actor IS NULL OR $actor IN [a.id, b.id])
  AND ($kind IS NULL OR 'term/' + r.kind = $kind)
  AND ($change IS NULL OR 'term/' + r.change = $change)
  AND ($leads OR NOT coalesce(r.machine, false))
OPTIONAL MATCH (m:Meeting {id: coalesce(r.meeting, '')})
RETURN r.date AS date, a.name AS one, CASE WHEN a.id <> b.id THEN b.name END AS other,
       r.kind AS kind, r.change AS change, r.share AS share, r.n AS n, m.title AS encounter,
       r.contested AS contested, r.claims AS citation
ORDER BY coalesce(r.earliest, 9007199254740992), r.about, a.id, b.id, r.id
