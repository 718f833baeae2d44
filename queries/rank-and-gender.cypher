// title: Does rank override gender?
// answers: Of which encounters is rank or gender told to have mattered, how, and what was done there to and by women?
// parameters:
//   meeting: meeting = ; in this encounter
// columns:
//   date: when, as told
//   encounter: the encounter
//   rank: what is told of rank, else "not coded"
//   gender: what is told of gender, else "not coded"
//   women: women who took part, with their offices, where gender is told
//   to_women: acts of credit, discredit and domination towards them
//   by_women: such acts of theirs
//   citation: where these are told
// nothing: neither rank nor gender is coded there
// example:

MATCH (n)-[r:MODERATED_BY]->(t:Term) WHERE t.id IN ['term/rank', 'term/gender']
  AND r.about STARTS WITH 'meeting/' AND ($meeting IS NULL OR r.about = $meeting)
WITH r, t ORDER BY r.id
WITH r.about AS id,
     [x IN collect(CASE WHEN t.id = 'term/rank' THEN coalesce(r.note, 'told') END)
       WHERE x IS NOT NULL] AS rank,
     [x IN collect(CASE WHEN t.id = 'term/gender' THEN coalesce(r.note, 'told') END)
       WHERE x IS NOT NULL] AS gender,
     collect(r.claims) AS claims
MATCH (m:Meeting {id: id})
WITH m, rank, gender, claims,
     COLLECT { MATCH (m)<-[q:TOOK_PART]-(a:Actor) WHERE a.gender = 'female'
               RETURN a.name + coalesce(' (' + q.office + ')', '') ORDER BY a.id } AS women,
     COLLECT { MATCH (m)<-[:TOOK_PART]-(a:Actor)<-[q:CREDIT|DISCREDIT|DOMINATES]-(b:Actor)
               WHERE a.gender = 'female' AND q.about = m.id
               RETURN {what: toLower(type(q)) + coalesce(': ' + q.act, '') + ' by ' + b.name,
                       claims: q.claims} ORDER BY q.id } AS received,
     COLLECT { MATCH (m)<-[:TOOK_PART]-(a:Actor)-[q:CREDIT|DISCREDIT|DOMINATES]->(b:Actor)
               WHERE a.gender = 'female' AND q.about = m.id
               RETURN {what: toLower(type(q)) + coalesce(': ' + q.act, '') + ' to ' + b.name,
                       claims: q.claims} ORDER BY q.id } AS done
RETURN m.date AS date, m.title AS encounter,
       CASE WHEN size(rank) = 0 THEN ['not coded'] ELSE rank END AS rank,
       CASE WHEN size(gender) = 0 THEN ['not coded'] ELSE gender END AS gender, women,
       [x IN received | x.what] AS to_women, [x IN done | x.what] AS by_women,
       [claims, [x IN received | x.claims], [x IN done | x.claims]] AS citation
ORDER BY coalesce(m.earliest, 9007199254740992), m.id
