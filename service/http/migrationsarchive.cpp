#include "service/http/migrationsarchive.h"

#include "service/wire/transactionencoder.h"
#include "shared/base/handle.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <satellite.pb.h>
#include <zip.h>

#include <algorithm>
#include <memory>

namespace electric::http {

namespace {

constexpr zip_uint32_t readableFile = 0644U << 16U; // Unix permissions in a zip entry's external attributes

// Collects files and becomes bytes. libzip works on a buffer in memory that grows.
class Archive
{
public:
    Archive()
    {
        zip_error_t error;
        zip_error_init(&error);
        m_buffer.reset(zip_source_buffer_create(nullptr, 0, 0, &error));
        m_zip = zip_open_from_source(m_buffer.get(), ZIP_TRUNCATE, &error);
        zip_error_fini(&error);
        zip_source_keep(m_buffer.get()); // closing the archive frees one reference
    }
    Q_DISABLE_COPY_MOVE(Archive)
    ~Archive()
    {
        if (m_zip != nullptr)
            zip_discard(m_zip);
    }

    // `content` must live until bytes().
    void add(const std::string &name, const std::string &content, std::time_t time)
    {
        zip_source_t *const source = zip_source_buffer(m_zip, content.data(), content.size(), 0);
        const zip_int64_t index = zip_file_add(m_zip, name.c_str(), source, ZIP_FL_ENC_UTF_8);
        if (index < 0)
            return zip_source_free(source);
        const auto at = zip_uint64_t(index);
        zip_set_file_compression(m_zip, at, content.empty() ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0);
        zip_file_set_external_attributes(m_zip, at, 0, ZIP_OPSYS_UNIX, readableFile);
        zip_file_set_mtime(m_zip, at, time, 0);
    }

    std::string bytes()
    {
        if (zip_close(m_zip) != 0)
            return {};
        m_zip = nullptr;
        zip_stat_t stat;
        if (zip_source_stat(m_buffer.get(), &stat) != 0 || zip_source_open(m_buffer.get()) != 0)
            return {};
        std::string all(stat.size, '\0');
        const zip_int64_t count = zip_source_read(m_buffer.get(), all.data(), all.size());
        zip_source_close(m_buffer.get());
        all.resize(std::size_t(std::max<zip_int64_t>(count, 0)));
        return all;
    }

private:
    std::unique_ptr<zip_source_t, Freed<zip_source_free>> m_buffer;
    zip_t *m_zip = nullptr;
};

// A version is any text, and must not lead out of where the archive is unpacked.
std::string folderName(const std::string &version)
{
    constexpr std::string_view special = "/\\:*?\"<>|";
    std::string name = version;
    for (char &c : name)
        if (static_cast<unsigned char>(c) < ' ' || special.find(c) != std::string_view::npos)
            c = '_';
    return name.find_first_not_of('.') == std::string::npos ? "_" + name : name;
}

std::string trimmedEnd(std::string text)
{
    text.erase(text.find_last_not_of(" \t\r\n\f\v;") + 1);
    return text;
}

struct Files {
    std::string folder;
    std::string sql;
    std::string metadata;
    std::time_t time = 0;
};

} // namespace

std::string migrationSql(const schema::Migration &migration, wire::Dialect dialect)
{
    std::string all;
    for (const schema::MigrationStep &step : migration.steps) {
        for (const auto &statement : dialect == wire::Dialect::Sqlite ? step.sqlite : step.postgres) {
            all += all.empty() ? "" : "\n\n";
            all += trimmedEnd(statement.sql) + ';';
        }
    }
    return all;
}

std::string migrationMetadata(const schema::Migration &migration, wire::Dialect dialect)
{
    Electric::Satellite::SatOpLog log;
    log.ParseFromString(wire::encodeMigration(migration)->migrationWire[std::size_t(dialect)]);
    QJsonArray operations;
    for (const auto &operation : log.ops())
        operations.append(QString::fromLatin1(QByteArray::fromStdString(operation.migrate().SerializeAsString()).toBase64()));
    const QJsonObject metadata {{QStringLiteral("format"), QStringLiteral("SatOpMigrate")}, {QStringLiteral("ops"), operations},
        {QStringLiteral("protocol_version"), QStringLiteral("Electric.Satellite")},
        {QStringLiteral("version"), QString::fromStdString(migration.version)}};
    return QJsonDocument(metadata).toJson(QJsonDocument::Compact).toStdString();
}

std::string migrationsArchive(const schema::SchemaHistory &history, wire::Dialect dialect, std::string_view version)
{
    const auto &all = history.migrations();
    auto from = all.begin();
    if (!version.empty()) {
        from = std::find_if(all.begin(), all.end(), [&](const auto &one) { return one->version == version; });
        from += from == all.end() ? 0 : 1;
    }
    std::vector<Files> files;
    for (; from != all.end(); ++from)
        files.push_back({folderName((*from)->version), migrationSql(**from, dialect), migrationMetadata(**from, dialect),
            std::time_t((*from)->timestampMs / 1000)});
    if (files.empty())
        return {};
    Archive archive;
    for (const Files &one : files) {
        archive.add(one.folder + "/migration.sql", one.sql, one.time);
        archive.add(one.folder + "/metadata.json", one.metadata, one.time);
    }
    return archive.bytes();
}

} // namespace electric::http
