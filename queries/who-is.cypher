// title: The actor
// answers: Who is it, by which names, and what is it a part of?
// parameters:
//   actor: actor; who
// columns:
//   key: what to type for it
//   name: the name it is listed by
//   kind: person, state, organisation, delegation, group or role
//   also: other names
//   born: when born; of a state or organisation, when founded
//   died: when died; of a state or organisation, when dissolved
//   elsewhere: identifiers in other registers
//   belongs_to: what it is a member of or acts for, apart from single encounters
//   encounters: in how many dated or undated encounters it took part
//   citation: where it is told
// example: actor=reagan

MATCH (a:Actor {id: $actor})
RETURN substring(a.id, 6) AS key, a.name AS name, a.kind AS kind, a.also_named AS also,
       a.born AS born, a.died AS died, a.identifiers AS elsewhere,
       COLLECT { MATCH (a)-[r:REPRESENTS|MEMBER_OF]->(b:Actor) WHERE r.meeting IS NULL
                 RETURN coalesce(b.name, b.id) ORDER BY b.id } AS belongs_to,
       COUNT { (a)-[:TOOK_PART]->(:Meeting {scope: 'encounter'}) } AS encounters,
       a.claims AS citation
