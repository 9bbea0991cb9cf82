#include <QTest>

#include "service/http/migrationsarchive.h"
#include "service/http/migrationsresource.h"

#include <zip.h>

using namespace electric;
using namespace electric::http;

namespace {

// The example of spec/http.md §5.5.
schema::SchemaHistory::Ptr history()
{
    const auto step = [](schema::SchemaHistory::Ptr before, std::uint64_t txid, const char *version, const char *sql) {
        auto after = before->applied({txid, 1'700'000'000'000, version, {}, {sql}});
        return after ? *after : before;
    };
    auto all = schema::SchemaHistory::empty();
    all = step(all, 1, "20261122220627_789",
        "CREATE TABLE truths (\n    id uuid NOT NULL,\n    value text,\n    CONSTRAINT truths_pkey PRIMARY KEY "
        "(id)\n)");
    all = step(all, 2, "20261122220628_803", "ALTER TABLE truths ADD COLUMN a text, ADD b int4");
    all = step(all, 3, "20261122220629_108", "create index truths_idx on truths(value)");
    return step(all, 4, "20261122220629_376", "drop index truths_idx");
}

struct Entry {
    std::string name;
    std::string content;
    int method = 0;
    unsigned attributes = 0;
};

std::vector<Entry> entries(const std::string &archive)
{
    std::vector<Entry> all;
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *const source = zip_source_buffer_create(archive.data(), archive.size(), 0, &error);
    zip_t *const zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    for (zip_int64_t i = 0; zip != nullptr && i < zip_get_num_entries(zip, 0); ++i) {
        zip_stat_t stat;
        zip_stat_index(zip, zip_uint64_t(i), 0, &stat);
        Entry one {stat.name, std::string(stat.size, '\0'), stat.comp_method, 0};
        zip_uint8_t system = 0;
        zip_file_get_external_attributes(zip, zip_uint64_t(i), 0, &system, &one.attributes);
        zip_file_t *const file = zip_fopen_index(zip, zip_uint64_t(i), 0);
        zip_fread(file, one.content.data(), one.content.size());
        zip_fclose(file);
        all.push_back(std::move(one));
    }
    zip_discard(zip);
    return all;
}

} // namespace

class TestMigrations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void archivesAreLaidOutAsGeneratorsReadThem()
    {
        const auto all = entries(migrationsArchive(*history(), wire::Dialect::Sqlite, {}));
        std::vector<std::string> names;
        for (const Entry &one : all) {
            names.push_back(one.name);
            QCOMPARE(one.attributes, 0x01A40000U);
            QCOMPARE(one.method, one.content.empty() ? ZIP_CM_STORE : ZIP_CM_DEFLATE);
        }
        QCOMPARE(names,
            (std::vector<std::string> {"20261122220627_789/migration.sql", "20261122220627_789/metadata.json",
                "20261122220628_803/migration.sql", "20261122220628_803/metadata.json", "20261122220629_108/migration.sql",
                "20261122220629_108/metadata.json", "20261122220629_376/migration.sql", "20261122220629_376/metadata.json"}));
        QCOMPARE(all[0].content,
            std::string("CREATE TABLE \"truths\" (\n  \"id\" TEXT NOT NULL,\n  \"value\" TEXT,\n  CONSTRAINT "
                        "\"truths_pkey\" PRIMARY KEY (\"id\")\n);"));
        QCOMPARE(all[2].content,
            std::string("ALTER TABLE \"truths\" ADD COLUMN \"a\" TEXT;\n\nALTER TABLE \"truths\" ADD COLUMN \"b\" INTEGER;"));
        QCOMPARE(all[4].content, std::string("CREATE INDEX \"truths_idx\" ON \"truths\" (\"value\" ASC);"));
        QCOMPARE(all[5].content,
            std::string("{\"format\":\"SatOpMigrate\",\"ops\":["
                        "\"ChIyMDI2MTEyMjIyMDYyOV8xMDgSOQgBEjVDUkVBVEUgSU5ERVggInRydXRoc19pZHgiIE9OICJ0cnV0"
                        "aHMiICgidmFsdWUiIEFTQyk7Cg==\"],\"protocol_version\":\"Electric.Satellite\",\"version\":"
                        "\"20261122220629_108\"}"));
        QCOMPARE(all[6].content, std::string());
        QCOMPARE(all[7].content,
            std::string("{\"format\":\"SatOpMigrate\",\"ops\":[],\"protocol_version\":\"Electric.Satellite\","
                        "\"version\":\"20261122220629_376\"}"));
    }

    void postgresGetsItsOwnStatements()
    {
        const auto all = entries(migrationsArchive(*history(), wire::Dialect::Postgres, "20261122220627_789"));
        QCOMPARE(all.size(), std::size_t(6));
        QVERIFY2(all[0].content.find("ADD COLUMN a text") != std::string::npos, all[0].content.c_str());
        QCOMPARE(all[2].content, std::string("create index truths_idx on truths(value);"));
    }

    void theSameHistoryGivesTheSameBytes()
    {
        QVERIFY(migrationsArchive(*history(), wire::Dialect::Sqlite, {}) == migrationsArchive(*history(), wire::Dialect::Sqlite, {}));
    }

    void versionsCannotLeadOutOfTheFolder()
    {
        auto odd = schema::SchemaHistory::empty()->applied({1, 0, "../../etc\\x", {}, {"CREATE TABLE t (id uuid PRIMARY KEY)"}});
        QVERIFY(odd);
        QCOMPARE(entries(migrationsArchive(**odd, wire::Dialect::Sqlite, {})).at(0).name, std::string(".._.._etc_x/migration.sql"));
        auto dots = schema::SchemaHistory::empty()->applied({1, 0, "..", {}, {"CREATE TABLE t (id uuid PRIMARY KEY)"}});
        QCOMPARE(entries(migrationsArchive(**dots, wire::Dialect::Sqlite, {})).at(0).name, std::string("_../migration.sql"));
    }

    void queriesAreAnswered_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char *query, int status, const char *body) {
            QTest::newRow(query) << QByteArray(query) << status << QByteArray(body);
        };
        row("", 403, "{\"error\":\"missing required parameter 'dialect'\"}");
        row("dialect=mysql", 403, "{\"error\":\"unsupported dialect \\\"mysql\\\"\"}");
        row("dialect=SQLITE", 403, "{\"error\":\"unsupported dialect \\\"SQLITE\\\"\"}");
        row("dialect[]=sqlite", 403, "{\"error\":\"unsupported dialect [\\\"sqlite\\\"]\"}");
        row("dialect=%ff", 403, "{\"error\":\"unsupported dialect");
        row("dialect=sqlite", 200, "PK");
        row("dialect=mysql&dialect=postgresql&x=1", 200, "PK");
        row("dialect=sqlite&version=", 200, "PK");
        row("dialect=sqlite&version=20261122220628_803", 200, "PK");
        row("dialect=sqlite&version=20261122220629%5F376", 204, "");
        row("dialect=sqlite&version=zzz", 204, "");
    }
    void queriesAreAnswered()
    {
        QFETCH(QByteArray, query);
        QFETCH(QByteArray, body);
        MigrationsResource resource;
        resource.publish(history());
        const Answer answer = resource.answer(query.toStdString());
        QTEST(answer.status, "status");
        QCOMPARE(QByteArray::fromStdString(answer.body).left(body.size()), body);
        QCOMPARE(resource.answer(query.toStdString()).body == answer.body, true); // remembered
    }

    void beforeTheSchemaIsKnownItIsSaidAtOnce()
    {
        MigrationsResource resource;
        const Answer answer = resource.answer("dialect=sqlite");
        QCOMPARE(answer.status, 503);
        QCOMPARE(answer.headers, (std::vector<std::pair<std::string, std::string>> {{"retry-after", "1"}}));
        QCOMPARE(resource.answer("dialect=x").status, 403);
        resource.publish(schema::SchemaHistory::empty());
        QCOMPARE(resource.answer("dialect=sqlite").status, 204);
        resource.publish(history());
        QCOMPARE(resource.answer("dialect=sqlite").status, 200);
    }
};

QTEST_APPLESS_MAIN(TestMigrations)
#include "tst_migrations.moc"
