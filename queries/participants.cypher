// title: Participants of an encounter
// answers: Who took part in an encounter, on which side, in which office, and before whom?
// parameters:
//   meeting: meeting; the encounter
// columns:
//   side: for whom
//   actor: who
//   roles: in which roles; of an audience, how it watched or read
//   office: office at that time
//   rank: rank at that time
//   partial: which part only
//   seat: where seated
//   energy_before: emotional energy on arrival
//   energy_after: emotional energy raised or drained
//   believed: what the actor believed of the stage
//   contested: whether codings of it differ
//   rivals: the rival values, the shown one first
//   citation: where it is told
// nothing: nobody is coded as present
// example: meeting=geneva-1985

CALL {
  MATCH (a:Actor)-[r:TOOK_PART]->(:Meeting {id: $meeting})
  RETURN 0 AS rank, a, r, r.roles AS roles
  UNION ALL
  MATCH (a:Actor)-[r:AUDIENCE]->(:Meeting {id: $meeting})
  RETURN 1 AS rank, a, r, ['audience'] + CASE WHEN r.manner IS NULL THEN [] ELSE [r.manner] END
    AS roles
}
WITH rank, a, r, roles
OPTIONAL MATCH (s:Actor {id: coalesce(r.side, '')})
RETURN s.name AS side, a.name AS actor, roles, r.office AS office, r.rank AS rank,
       r.partial AS partial, r.seat AS seat, r.energy_before AS energy_before,
       r.energy_after AS energy_after, r.believed AS believed, r.contested AS contested,
       r.rivals AS rivals, r.claims AS citation
ORDER BY rank, coalesce(s.id, '~'), CASE WHEN 'principal' IN roles THEN 0 ELSE 1 END, a.id
