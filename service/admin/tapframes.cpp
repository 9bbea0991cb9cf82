#include "service/admin/tapframes.h"

#include "service/wire/frame.h"

#include <QJsonDocument>

#include <google/protobuf/util/json_util.h>

namespace electric::admin {

namespace {

using namespace wire::protocol;

QJsonObject jsonOf(const google::protobuf::Message &message)
{
    std::string json;
    if (!google::protobuf::util::MessageToJsonString(message, &json).ok())
        return {};
    return QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
}

QJsonObject contentOf(SatAuthReq call)
{
    call.clear_token();
    QJsonObject content = jsonOf(call);
    content.remove(QStringLiteral("headers")); // may hold more of the kind
    return content;
}

template <typename Call> QJsonObject contentOf(const Call &call)
{
    return jsonOf(call);
}

QJsonObject frameContent(const SatRpcRequest &request)
{
    QJsonObject content {
        {QStringLiteral("method"), QString::fromStdString(request.method())}, {QStringLiteral("requestId"), qint64(request.request_id())}};
    if (const auto call = wire::decodeCall(request))
        content[QStringLiteral("message")] = std::visit([](const auto &one) { return contentOf(one); }, *call);
    return content;
}

template <typename Answer> QJsonObject answerOf(const std::string &bytes)
{
    Answer answer;
    return answer.ParseFromString(bytes) ? jsonOf(answer) : QJsonObject {};
}

QJsonObject frameContent(const SatRpcResponse &response)
{
    QJsonObject content {{QStringLiteral("method"), QString::fromStdString(response.method())},
        {QStringLiteral("requestId"), qint64(response.request_id())}};
    if (response.has_error()) {
        content[QStringLiteral("error")] = jsonOf(response.error());
        return content;
    }
    const std::string &method = response.method();
    content[QStringLiteral("message")] = method == "authenticate" ? answerOf<SatAuthResp>(response.message())
        : method == "startReplication"                            ? answerOf<SatInStartReplicationResp>(response.message())
        : method == "subscribe"                                   ? answerOf<SatSubsResp>(response.message())
                                                                  : QJsonObject {};
    return content;
}

template <typename Message> QJsonObject frameContent(const Message &message)
{
    return jsonOf(message);
}

} // namespace

TapFrame tapFrame(qint64 at, bool fromClient, std::string_view frame, qint64 bytes)
{
    TapFrame shown {at, fromClient ? QStringLiteral("in") : QStringLiteral("out"), QStringLiteral("unreadable"), bytes, {},
        qint64(frame.size()) < bytes};
    if (shown.isShortened) {
        shown.type = frame.empty() ? QString() : QStringLiteral("frame %1").arg(int(std::uint8_t(frame.front())));
        return shown;
    }
    const auto decoded = wire::decodeFrame(frame, fromClient ? wire::Receiver::Service : wire::Receiver::Client, longestTapped);
    if (!decoded)
        return shown;
    std::visit(
        [&shown](const auto &message) {
            shown.type = QString::fromStdString(message.GetDescriptor()->name());
            shown.content = frameContent(message);
        },
        *decoded);
    return shown;
}

} // namespace electric::admin
