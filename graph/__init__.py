"""The one way in and out of a database; only this room imports the neo4j driver.

`connect` opens a graph (the project's own server, or any Neo4j), `server` and `keeper` run the
project's own server, `setup` makes indexes and constraints, `lock` keeps two ingests apart,
`write` puts documents in.
"""
