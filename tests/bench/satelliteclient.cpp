#include "tests/bench/satelliteclient.h"

#include <QDateTime>
#include <QNetworkRequest>
#include <QUuid>

#include <google/protobuf/arena.h>

#include <chrono>

namespace electric::bench {

namespace {

// Types of frames, spec/satellite.md §1.5.
enum Frame : char {
    ErrorResp = 0,
    OpLog = 9,
    Relation = 10,
    SubsDataError = 14,
    SubsDataBegin = 15,
    SubsDataEnd = 16,
    RpcRequest = 21,
    RpcResponse = 22,
    OpLogAck = 23
};

constexpr qint64 acknowledgeFrom = 21; // 70 % of the window of 30

} // namespace

qint64 nowNs()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

SatelliteClient::SatelliteClient(const QUrl &service, const std::string &token, QObject *parent)
    : QObject(parent), m_service(service), m_token(token), m_id(QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString())
{
    connect(&m_socket, &QWebSocket::binaryMessageReceived, this, &SatelliteClient::onFrame);
    connect(&m_socket, &QWebSocket::connected, this, [this] {
        protocol::SatAuthReq request;
        request.set_id(m_id);
        request.set_token(m_token);
        call("authenticate", request);
    });
    connect(&m_socket, &QWebSocket::disconnected, this, [this] {
        m_ready = false;
        if (m_trouble.isEmpty() && !m_isAway)
            m_trouble = QStringLiteral("closed: %1 %2").arg(m_socket.closeCode()).arg(m_socket.closeReason());
        Q_EMIT progressed();
    });
}

void SatelliteClient::open()
{
    m_isAway = false;
    QNetworkRequest request(m_service);
    request.setRawHeader("Sec-WebSocket-Protocol", "electric.0.12");
    m_socket.open(request);
}

void SatelliteClient::leave()
{
    m_isAway = true;
    m_ready = false;
    m_socket.close();
}

void SatelliteClient::subscribe(const QStringList &tables)
{
    protocol::SatSubsReq request;
    for (const QString &table : tables)
        request.add_shape_requests()->mutable_shape_definition()->add_selects()->set_tablename(table.toStdString());
    subscribe(std::move(request));
}

void SatelliteClient::subscribe(const std::string &table, const std::string &where, const std::string &child, const std::string &foreignKey)
{
    protocol::SatSubsReq request;
    auto *select = request.add_shape_requests()->mutable_shape_definition()->add_selects();
    select->set_tablename(table);
    select->set_where(where);
    auto *include = select->add_include();
    include->add_foreign_key(foreignKey);
    include->mutable_select()->set_tablename(child);
    subscribe(std::move(request));
}

void SatelliteClient::subscribe(protocol::SatSubsReq request)
{
    m_subscriptions.push_back(QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString());
    request.set_subscription_id(m_subscriptions.back());
    for (auto &shape : *request.mutable_shape_requests())
        shape.set_request_id(QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString());
    call("subscribe", request);
}

void SatelliteClient::announce(const std::string &table)
{
    if (!m_relations.emplace(table, int(m_relations.size())).second)
        return;
    protocol::SatRelation relation;
    relation.set_schema_name("public");
    relation.set_table_name(table);
    relation.set_relation_id(std::uint32_t(m_relations.at(table)));
    for (const char *name : {"id", "content"}) {
        auto *column = relation.add_columns();
        column->set_name(name);
        column->set_type("TEXT");
        column->set_is_nullable(column->name() != "id");
    }
    send(Frame::Relation, relation);
}

void SatelliteClient::insertRows(const std::string &table, int rows, const std::string &content)
{
    announce(table);
    ++m_written;
    const std::string lsn {char(m_written >> 24), char(m_written >> 16), char(m_written >> 8), char(m_written)};
    m_lastTimestamp = std::max<std::int64_t>(m_lastTimestamp + 1, QDateTime::currentMSecsSinceEpoch());
    protocol::SatOpLog log;
    auto *begin = log.add_ops()->mutable_begin();
    begin->set_commit_timestamp(std::uint64_t(m_lastTimestamp));
    begin->set_lsn(lsn);
    for (int row = 0; row < rows; ++row) {
        auto *insert = log.add_ops()->mutable_insert();
        insert->set_relation_id(std::uint32_t(m_relations.at(table)));
        insert->mutable_row_data()->set_nulls_bitmask(std::string(1, '\0'));
        insert->mutable_row_data()->add_values(QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString());
        insert->mutable_row_data()->add_values(content);
    }
    log.add_ops()->mutable_commit();
    send(Frame::OpLog, log);
}

void SatelliteClient::onFrame(const QByteArray &frame)
{
    m_bytes += frame.size();
    const char *const body = frame.constData() + 1;
    const int length = int(frame.size()) - 1;
    google::protobuf::Arena arena;
    const auto parsed = [&]<typename Message>(Message *message) -> Message * {
        if (!message->ParseFromArray(body, length))
            m_trouble = QStringLiteral("a frame of type %1 does not parse").arg(int(frame.at(0)));
        return message;
    };
    switch (frame.at(0)) {
    case Frame::RpcResponse: onResponse(*parsed(google::protobuf::Arena::CreateMessage<protocol::SatRpcResponse>(&arena))); break;
    case Frame::RpcRequest: onRequest(*parsed(google::protobuf::Arena::CreateMessage<protocol::SatRpcRequest>(&arena))); break;
    case Frame::OpLog: onOperations(*parsed(google::protobuf::Arena::CreateMessage<protocol::SatOpLog>(&arena))); break;
    case Frame::SubsDataBegin:
        m_position = parsed(google::protobuf::Arena::CreateMessage<protocol::SatSubsDataBegin>(&arena))->lsn();
        break;
    case Frame::SubsDataEnd: ++m_subscriptionsDone; break;
    case Frame::SubsDataError:
    case Frame::ErrorResp: m_trouble = QStringLiteral("the service sent an error: ") + QString::fromLatin1(frame.toHex()); break;
    default: break; // relations and the ends of shapes
    }
    Q_EMIT progressed();
}

void SatelliteClient::onResponse(const protocol::SatRpcResponse &response)
{
    if (response.has_error()) {
        m_trouble = QStringLiteral("%1 was refused: error %2")
                        .arg(QString::fromStdString(response.method()))
                        .arg(int(response.error().error_type()));
    } else if (response.method() == "authenticate") {
        protocol::SatInStartReplicationReq request;
        request.set_sql_dialect(protocol::SQLITE);
        request.set_lsn(m_position);
        if (!m_position.empty())
            request.mutable_subscription_ids()->Assign(m_subscriptions.begin(), m_subscriptions.end());
        call("startReplication", request);
    } else if (response.method() == "startReplication") {
        m_ready = true;
    } else if (response.method() == "subscribe") {
        protocol::SatSubsResp answer;
        if (!answer.ParseFromString(response.message()) || answer.has_err())
            m_trouble = QStringLiteral("subscribe was refused: ") + QString::fromStdString(answer.err().message());
    }
}

void SatelliteClient::onRequest(const protocol::SatRpcRequest &request)
{
    protocol::SatRpcResponse response;
    response.set_method(request.method());
    response.set_request_id(request.request_id());
    response.set_message("");
    send(Frame::RpcResponse, response);
}

void SatelliteClient::onOperations(const protocol::SatOpLog &log)
{
    for (const protocol::SatTransOp &operation : log.ops()) {
        switch (operation.op_case()) {
        case protocol::SatTransOp::kBegin: m_begin = operation.begin(); break;
        case protocol::SatTransOp::kCommit:
            ++m_transactions;
            m_position = m_begin.lsn();
            if (m_begin.origin() == m_id)
                ++m_ownTransactions;
            acknowledge(m_begin);
            break;
        case protocol::SatTransOp::kInsert:
        case protocol::SatTransOp::kUpdate:
        case protocol::SatTransOp::kDelete:
        case protocol::SatTransOp::kGone:
            if (m_firstRowAt == 0)
                m_firstRowAt = nowNs();
            ++m_rows;
            break;
        case protocol::SatTransOp::kMigrate: m_tables.insert(operation.migrate().table().name()); break;
        default: break;
        }
    }
}

void SatelliteClient::acknowledge(const protocol::SatOpBegin &begin)
{
    if (m_transactions < acknowledgeFrom || begin.is_migration())
        return;
    protocol::SatOpLogAck ack;
    ack.set_ack_timestamp(std::uint64_t(QDateTime::currentMSecsSinceEpoch()));
    ack.set_lsn(begin.lsn());
    ack.set_transaction_id(begin.transaction_id());
    send(Frame::OpLogAck, ack);
}

void SatelliteClient::call(const std::string &method, const google::protobuf::Message &message)
{
    protocol::SatRpcRequest request;
    request.set_method(method);
    request.set_request_id(++m_requests);
    request.set_message(message.SerializeAsString());
    send(Frame::RpcRequest, request);
}

void SatelliteClient::send(char type, const google::protobuf::Message &message)
{
    QByteArray frame(1, type);
    frame.append(QByteArray::fromStdString(message.SerializeAsString()));
    m_socket.sendBinaryMessage(frame);
}

} // namespace electric::bench
