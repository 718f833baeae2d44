// title: The evidence for an element
// answers: Which claims stand behind an edge or a node, whose are they, and where are they told?
// parameters:
//   element: element; an edge (e-...), a claim (c-...), or a node by name or identifier
// columns:
//   claim: the claim
//   statement: what it says
//   coder: who coded it
//   basis: on what it rests
//   confidence: how sure the coder is
//   status: accepted or disputed
//   said_by: whose words these are
//   read_by: whose interpretation it is
//   as_told: the source's own words
//   memo: the coder's remark
//   file: where it is coded
//   line: on which line
//   citation: where it is told
// nothing: no claim stands behind it
// example: element=geneva-1985

UNWIND $element_claims AS id
MATCH (c:Claim {id: id})<-[a:ASSERTS]-(d:Document)
RETURN c.id AS claim, c.json AS statement,
       c.coder AS coder, c.basis AS basis, c.confidence AS confidence, c.status AS status,
       c.said_by AS said_by, c.read_by AS read_by, c.as_told AS as_told, c.memo AS memo,
       d.path AS file, a.line AS line, c.id AS citation
ORDER BY file, line, claim
