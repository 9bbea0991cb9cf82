#pragma once

#include "shared/admin/values.h"

#include <concepts>

namespace electric::admin {

// One list of fields a value, for both directions: `visit(name, member)`.
template <typename V> void fields(V &visit, Hello &v)
{
    visit("protocol", v.protocol), visit("version", v.version), visit("name", v.name), visit("pid", v.pid);
}
template <typename V> void fields(V &visit, StatusChange &v)
{
    visit("at", v.at), visit("state", v.state), visit("reason", v.reason);
}
template <typename V> void fields(V &visit, Status &v)
{
    visit("state", v.state), visit("reason", v.reason), visit("remedy", v.remedy), visit("since", v.since), visit("version", v.version);
    visit("instanceId", v.instanceId), visit("pid", v.pid), visit("startedAt", v.startedAt), visit("embedded", v.embedded);
    visit("dataDirectory", v.dataDirectory), visit("listenAddress", v.listenAddress), visit("httpPort", v.httpPort);
    visit("proxyPort", v.proxyPort), visit("proxyListens", v.proxyListens), visit("database", v.database), visit("writeMode", v.writeMode);
    visit("authMode", v.authMode), visit("logLevel", v.logLevel), visit("sessions", v.sessions),
        visit("proxyConnections", v.proxyConnections);
}
template <typename V> void fields(V &visit, SettingInForce &v)
{
    visit("name", v.name), visit("group", v.group), visit("value", v.value), visit("origin", v.origin), visit("isSecret", v.isSecret);
    visit("isSet", v.isSet), visit("help", v.help);
}
template <typename V> void fields(V &visit, Session &v)
{
    visit("id", v.id), visit("client", v.client), visit("user", v.user), visit("version", v.version), visit("dialect", v.dialect);
    visit("state", v.state), visit("address", v.address), visit("since", v.since), visit("lastMessageAt", v.lastMessageAt);
    visit("expiresAt", v.expiresAt), visit("subscriptions", v.subscriptions), visit("deliveries", v.deliveries),
        visit("position", v.position);
    visit("acknowledged", v.acknowledged), visit("lagBytes", v.lagBytes), visit("unacknowledged", v.unacknowledged);
    visit("writesInFlight", v.writesInFlight), visit("bytesIn", v.bytesIn), visit("bytesOut", v.bytesOut), visit("framesIn", v.framesIn);
    visit("framesOut", v.framesOut), visit("waitingBytes", v.waitingBytes);
    visit("heldRows", v.heldRows), visit("heldBytes", v.heldBytes);
}
template <typename V> void fields(V &visit, Subscription &v)
{
    visit("id", v.id), visit("state", v.state), visit("tables", v.tables), visit("shapes", v.shapes);
}
template <typename V> void fields(V &visit, KnownClient &v)
{
    visit("client", v.client), visit("user", v.user), visit("acknowledged", v.acknowledged), visit("seenAt", v.seenAt);
    visit("subscriptions", v.subscriptions), visit("isConnected", v.isConnected);
}
template <typename V> void fields(V &visit, Slot &v)
{
    visit("name", v.name), visit("active", v.active), visit("walStatus", v.walStatus), visit("restart", v.restart);
    visit("confirmed", v.confirmed), visit("retainedBytes", v.retainedBytes), visit("safeBytes", v.safeBytes), visit("isOurs", v.isOurs);
}
template <typename V> void fields(V &visit, Replication &v)
{
    visit("serverVersion", v.serverVersion), visit("position", v.position), visit("readUpTo", v.readUpTo), visit("lagBytes", v.lagBytes);
    visit("lagMs", v.lagMs), visit("slots", v.replicationSlots), visit("slotsUsed", v.slotsUsed), visit("slotsMax", v.slotsMax);
    visit("publication", v.publication), visit("published", v.published), visit("electrified", v.electrified);
    visit("windowBytes", v.windowBytes), visit("windowBytesMax", v.windowBytesMax), visit("windowDistance", v.windowDistance);
    visit("windowDistanceMax", v.windowDistanceMax), visit("windowTransactions", v.windowTransactions);
    visit("transactionsRead", v.transactionsRead), visit("rowsRead", v.rowsRead), visit("sentUpTo", v.sentUpTo);
    visit("connectionsUsed", v.connectionsUsed), visit("connectionsMax", v.connectionsMax);
}
template <typename V> void fields(V &visit, ForeignKey &v)
{
    visit("columns", v.columns), visit("schema", v.schema), visit("table", v.table);
}
template <typename V> void fields(V &visit, Table &v)
{
    visit("schema", v.schema), visit("name", v.name), visit("electrified", v.electrified), visit("obstacle", v.obstacle);
    visit("remedy", v.remedy), visit("rows", v.rows), visit("shadowRows", v.shadowRows), visit("bytes", v.bytes);
    visit("foreignKeys", v.foreignKeys);
}
template <typename V> void fields(V &visit, Migration &v)
{
    visit("version", v.version), visit("at", v.at), visit("postgres", v.postgres), visit("sqlite", v.sqlite);
}
template <typename V> void fields(V &visit, RejectedWrite &v)
{
    visit("id", v.id), visit("client", v.client), visit("user", v.user), visit("at", v.at), visit("sqlState", v.sqlState);
    visit("message", v.message), visit("operations", v.operations);
}
template <typename V> void fields(V &visit, ProxyConnection &v)
{
    visit("id", v.id), visit("address", v.address), visit("user", v.user), visit("database", v.database), visit("mode", v.mode);
    visit("since", v.since);
}
template <typename V> void fields(V &visit, LogEntry &v)
{
    visit("number", v.number), visit("at", v.at), visit("level", v.level), visit("category", v.category), visit("text", v.text);
}
template <typename V> void fields(V &visit, Metric &v)
{
    visit("name", v.name), visit("value", v.value), visit("isCounter", v.isCounter), visit("labels", v.labels);
}
template <typename V> void fields(V &visit, TapFrame &v)
{
    visit("at", v.at), visit("direction", v.direction), visit("type", v.type), visit("bytes", v.bytes), visit("content", v.content);
    visit("isShortened", v.isShortened), visit("isEarlier", v.isEarlier);
}
template <typename V> void fields(V &visit, Finding &v)
{
    visit("check", v.check), visit("severity", v.severity), visit("message", v.message), visit("remedy", v.remedy);
}
template <typename V> void fields(V &visit, PreviewedTable &v)
{
    visit("schema", v.schema), visit("name", v.name), visit("rows", v.rows), visit("bytes", v.bytes), visit("columns", v.columns);
    visit("sample", v.sample);
}
template <typename V> void fields(V &visit, ShapePreview &v)
{
    visit("rows", v.rows), visit("bytes", v.bytes), visit("tables", v.tables), visit("error", v.error), visit("remedy", v.remedy);
    visit("errorTable", v.errorTable), visit("position", v.position);
}
template <typename V> void fields(V &visit, Removal &v)
{
    visit("database", v.database), visit("sql", v.sql);
}

template <typename T> QJsonObject toJson(const T &value);
template <typename T> T fromJson(const QJsonObject &object);

template <typename T> QJsonArray toArray(const QList<T> &values)
{
    QJsonArray array;
    for (const T &one : values) {
        if constexpr (std::same_as<T, QString> || std::same_as<T, QJsonObject>)
            array.append(one);
        else
            array.append(toJson(one));
    }
    return array;
}

template <typename T> QList<T> listFrom(const QJsonValue &value)
{
    QList<T> values;
    const QJsonArray array = value.toArray();
    for (const QJsonValue &one : array) {
        if constexpr (std::same_as<T, QString>)
            values.append(one.toString());
        else if constexpr (std::same_as<T, QJsonObject>)
            values.append(one.toObject());
        else
            values.append(fromJson<T>(one.toObject()));
    }
    return values;
}

namespace detail {

struct Writer {
    QJsonObject &object;
    template <typename M> void operator()(const char *name, M &member)
    {
        const QString key = QString::fromLatin1(name);
        if constexpr (requires { QJsonValue(member); })
            object[key] = member;
        else if constexpr (requires { member.has_value(); })
            object[key] = member ? QJsonValue(*member) : QJsonValue();
        else
            object[key] = toArray(member);
    }
};

// What is missing, or of another type, stays as it is by default: a newer service may say more, an older one less.
struct Reader {
    const QJsonObject &object;
    void operator()(const char *name, QString &member) { member = at(name).toString(); }
    void operator()(const char *name, bool &member) { member = at(name).toBool(); }
    void operator()(const char *name, int &member) { member = at(name).toInt(); }
    void operator()(const char *name, qint64 &member) { member = at(name).toInteger(); }
    void operator()(const char *name, double &member) { member = at(name).toDouble(); }
    void operator()(const char *name, QJsonObject &member) { member = at(name).toObject(); }
    void operator()(const char *name, QJsonArray &member) { member = at(name).toArray(); }
    void operator()(const char *name, std::optional<qint64> &member)
    {
        if (const QJsonValue value = at(name); value.isDouble())
            member = value.toInteger();
    }
    template <typename T> void operator()(const char *name, QList<T> &member) { member = listFrom<T>(at(name)); }
    [[nodiscard]] QJsonValue at(const char *name) const { return object.value(QLatin1String(name)); }
};

} // namespace detail

template <typename T> QJsonObject toJson(const T &value)
{
    QJsonObject object;
    detail::Writer writer {object};
    T copy = value; // the list of fields serves the reader too, so it takes them as they can be changed
    fields(writer, copy);
    return object;
}

template <typename T> T fromJson(const QJsonObject &object)
{
    T value;
    detail::Reader reader {object};
    fields(reader, value);
    return value;
}

} // namespace electric::admin
