#pragma once

#include "console/models/history.h"
#include "console/models/slotsmodel.h"
#include "console/pages/page.h"

#include <functional>
#include <memory>

namespace Ui {
class ReplicationPage;
}

namespace electric::console {

class Recorder;
class TimeChart;

// How Postgres' log reaches the service, and what apps write reaches Postgres: charts over the last hour at most, slots and publication
// in words. What it draws is recorded elsewhere, seen or not.
class ReplicationPage final : public Page
{
    Q_OBJECT

public:
    ReplicationPage(ServiceLink &link, const Recorder &recorder, QWidget *parent = nullptr);
    ~ReplicationPage() override;

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QIcon icon() const override;
    void present(const QVariantMap &what) override; // "state": true for words and slots

private:
    struct Chart {
        TimeChart *chart = nullptr;
        QList<const Series *> series; // in the order of its lines
        std::function<QString()> words; // how it is now
    };

    void showEvent(QShowEvent *event) override;
    void makeCharts();
    void makeRanges();
    [[nodiscard]] TimeChart *addChart(
        const char *name, const QString &title, int unit, QList<const Series *> series, std::function<QString()> words);
    void onMeasured(const admin::Replication &found);
    void drawCharts();
    void setRange(qint64 ms);
    void askWhereToExport();
    [[nodiscard]] QString now(Quantity quantity, const std::function<QString(double)> &text) const;

    const Recorder &m_recorder;
    std::unique_ptr<Ui::ReplicationPage> m_ui;
    SlotsModel m_slots;
    std::vector<Chart> m_charts;
    Series m_half; // the marks of the window
    Series m_most;
    qint64 m_rangeMs = 0;
};

} // namespace electric::console
