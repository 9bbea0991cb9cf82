#pragma once

#include "console/control/livestream.h"
#include "console/control/psql.h"
#include "console/control/secretstore.h"
#include "console/control/servicestatus.h"
#include "console/pages/overview/vitals.h"
#include "console/pages/page.h"

#include <QTimer>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QListWidget;
class QPushButton;

namespace electric::console {

class CopyField;
class StateMark;
class Tile;
class WarningBanner;
class Watcher;

// The first thing that one sees: how the service stands and why, how busy it is, where to connect, what went wrong lately.
class OverviewPage final : public Page
{
    Q_OBJECT

public:
    OverviewPage(ServiceLink &link, QWidget *parent);

    [[nodiscard]] QString title() const override { return tr("&Overview"); }
    [[nodiscard]] QIcon icon() const override;
    // Beside the state: what starts and stops the service.
    void addControls(QWidget *controls);
    void follow(const Watcher &watcher); // what needs attention is shown at the top

private:
    [[nodiscard]] static QString sessionsInWords(const Vitals &vitals);
    QWidget *makeHead();
    QWidget *makeTiles();
    QWidget *makeAddresses();
    QWidget *makeTools(QWidget *parent);
    QWidget *makeErrors();
    void showAddresses();
    void countRejected();
    void openPsql();
    void openPsqlWith(const QString &uri, const QString &password);
    void openFolder(const QString &path);
    void complain(const QString &what, const QString &why);
    [[nodiscard]] QString logFolder() const;
    void showStanding();
    void showMetrics(const QJsonObject &told);
    void showReplication(const QJsonObject &told);
    void showErrors(const QJsonObject &told);
    void forget(); // what the last connection told

    ServiceStatus m_status;
    LiveStream m_metrics;
    LiveStream m_replication;
    LiveStream m_errors;
    VitalsReader m_vitals;
    Psql m_psql;
    SecretStore m_secrets;
    QTimer m_rejectedCount;
    std::optional<qint64> m_openRejected;
    std::optional<double> m_rejectedSoFar;

    QHBoxLayout *m_head = nullptr;
    StateMark *m_mark = nullptr;
    QLabel *m_reason = nullptr;
    QLabel *m_remedy = nullptr;
    QLabel *m_facts = nullptr;
    Tile *m_sessions = nullptr;
    Tile *m_fromPostgres = nullptr;
    Tile *m_fromApps = nullptr;
    Tile *m_lag = nullptr;
    Tile *m_rejected = nullptr;
    Tile *m_kept = nullptr;
    Tile *m_memory = nullptr;
    Tile *m_cpu = nullptr;
    WarningBanner *m_warnings = nullptr;
    QComboBox *m_notation = nullptr;
    CopyField *m_apps = nullptr;
    CopyField *m_migrations = nullptr;
    CopyField *m_database = nullptr;
    QPushButton *m_openPsql = nullptr;
    QPushButton *m_openData = nullptr;
    QPushButton *m_openLogs = nullptr;
    QListWidget *m_recent = nullptr;
    QLabel *m_noErrors = nullptr; // instead of an empty list
};

} // namespace electric::console
