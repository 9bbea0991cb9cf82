#pragma once

#include "console/models/rejectedwritesmodel.h"
#include "console/pages/page.h"
#include "shared/admin/framing.h"

#include <QTimer>

#include <functional>
#include <memory>

namespace Ui {
class WritesPage;
}

namespace electric::console {

class EmptyHint;

// The writes of clients that Postgres refused: why, what they were, and to do them again or let them go.
class WritesPage final : public Page
{
    Q_OBJECT

public:
    WritesPage(ServiceLink &link, QWidget *parent = nullptr);
    ~WritesPage() override;

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QIcon icon() const override;
    void present(const QVariantMap &what) override; // "filter": a text

private:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void refresh();
    void readOlder();
    void read(const QJsonObject &params, const std::function<void(const QList<admin::RejectedWrite> &)> &take);
    void review();
    void showDetails();
    void retryChosen();
    void askToDiscard();
    void begin(const QString &method, QList<qint64> ids);
    void goOn(); // with the next one of m_todo
    void finish();
    void exportShown();
    [[nodiscard]] QList<qint64> chosen() const; // oldest first

    std::unique_ptr<Ui::WritesPage> m_ui;
    RejectedWritesModel m_model;
    EmptyHint *m_hint = nullptr;
    QTimer m_refresh;
    qint64 m_total = 0;
    qint64 m_detailed = 0; // is shown in detail
    bool m_isReading = false;
    bool m_hasRead = false;

    QString m_method; // what is being done, to
    QList<qint64> m_todo; // these
    int m_done = 0;
    int m_failed = 0;
    admin::Error m_why; // the last failure
};

} // namespace electric::console
