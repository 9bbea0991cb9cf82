#include "service/admin/example.h"

namespace electric::admin {

std::string exampleStatements()
{
    return "CREATE TABLE public.electric_example (id uuid PRIMARY KEY, content text NOT NULL);\n"
           "CALL electric.electrify('public.electric_example');\n"
           "INSERT INTO public.electric_example VALUES (gen_random_uuid(), 'Hello'), (gen_random_uuid(), 'from Postgres');";
}

Result<void> createExample(pg::Connection &connection)
{
    auto found = connection.query("SELECT to_regclass('public.electric_example') IS NOT NULL,"
                                  " EXISTS (SELECT FROM electric.electrified WHERE oid = to_regclass('public.electric_example'))");
    if (!found)
        return fail(found.error());
    if (found->text(0, 1) == "t")
        return {};
    if (found->text(0, 0) == "t")
        return fail(Failure::Kind::Conflict, "there is a table public.electric_example already, which is not electrified",
            "Electrify one of your own tables instead, or rename that one.");
    return connection.execute(exampleStatements());
}

} // namespace electric::admin
