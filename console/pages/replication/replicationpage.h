#pragma once

#include "console/control/livestream.h"
#include "console/models/series.h"
#include "console/models/slotsmodel.h"
#include "console/pages/page.h"

#include <memory>

namespace Ui {
class ReplicationPage;
}

namespace electric::console {

// How Postgres' log reaches the service: lag, log that is kept, and throughput over the last minutes, slots and publication in words.
class ReplicationPage final : public Page
{
    Q_OBJECT

public:
    ReplicationPage(ServiceLink &link, QWidget *parent = nullptr);
    ~ReplicationPage() override;

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QIcon icon() const override;

private:
    void onArrived(const QJsonObject &event);
    void onLinkChanged();
    void take(const admin::Replication &found, qint64 at);
    void drawCharts(const admin::Replication &found);

    std::unique_ptr<Ui::ReplicationPage> m_ui;
    SlotsModel m_slots;
    LiveStream m_stream;
    Series m_lag;
    Series m_retained;
    Series m_window;
    Series m_transactions;
    Series m_rows;
};

} // namespace electric::console
