// What clients send as SQL and DDLX.
#include "service/proxy/ddlx.h"
#include "service/proxy/introspection.h"
#include "service/proxy/statements.h"
#include "tests/fuzz/driver.h"

namespace electric::fuzz {

using namespace proxy;

std::vector<std::string> seeds()
{
    return {"ALTER TABLE \"a\"\"b\" ENABLE ELECTRIC; SELECT 'x;y' -- z\n", "ELECTRIC DISABLE app.items;",
        "ELECTRIC GRANT WRITE (a, \"B\") ON s.items TO 'projects:house:admin' USING issue_id/project_id CHECK (f(a,b) = 'it''s' AND (c OR "
        "d))",
        "ELECTRIC REVOKE ALL ON items FROM (projects, 'admin')", "ELECTRIC ASSIGN (NULL, roles.role) TO roles.user_id IF (x <> y)",
        "ELECTRIC UNASSIGN projects:members.role FROM members.user_id", "ELECTRIC SQLITE $tag$a$b;$tag$; /* /* nested */ */ ELECTRIC",
        "BEGIN; CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a); DROP INDEX i, j CASCADE; COMMIT",
        "ALTER TABLE t ADD COLUMN IF NOT EXISTS a varchar(10) DEFAULT 1 CHECK (a > 1), DROP b, ALTER c TYPE text",
        "INSERT INTO _prisma_migrations (id, migration_name) VALUES ('x', '2024_init'), (1, $1::text)", "DO $$ BEGIN DROP TABLE t; END $$",
        "CALL electric.electrify('a', 'b')", "WITH x AS (SELECT 1) SELECT n.namespace, t.table_name FROM a n, b t UNION SELECT 1, 2"};
}

void fuzzOne(std::string_view input)
{
    const std::string sql(input.substr(0, input.find('\0'))); // as it comes in a message
    const auto ddlx = readDdlx(sql);
    if (ddlx && ddlx->malformed)
        require(ddlx->malformed->offset <= sql.size(), "what is wrong is inside the statement");
    const std::vector<Statement> statements = readStatements(sql);
    std::size_t end = 0;
    for (const Statement &one : statements) {
        const bool isBlock = one.kind == Statement::Kind::Opaque; // one without any telling word changes nothing of ours
        require(isBlock || !concerns({one}) || mayConcern(sql), "no statement that concerns us is overlooked");
        require(one.characters >= end && one.position <= sql.size() + 1, "statements stand in order, positions within");
        end = one.characters;
    }
    (void)introspectionOf(sql);
}

} // namespace electric::fuzz
