#pragma once

#include "console/control/livestream.h"
#include "console/control/servicestatus.h"
#include "console/pages/logs/logmodel.h"
#include "console/pages/page.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QToolBar;
class QTreeView;

namespace electric::console {

// The log of the service as it is written, filtered as somebody wants it.
class LogsPage final : public Page
{
    Q_OBJECT

public:
    LogsPage(ServiceLink &link, QWidget *parent);
    ~LogsPage() override;

    [[nodiscard]] QString title() const override { return tr("&Logs"); }
    [[nodiscard]] QIcon icon() const override;
    void present(const QVariantMap &what) override; // "level"

private:
    QWidget *makeFilters();
    QToolBar *makeTools();
    void makeList();
    QWidget *makeLevelControl();
    void showLevel();
    void setLevel(const QString &level);
    [[nodiscard]] bool isAtEnd() const;
    void goOn(); // when nothing holds the list back
    void filter();
    void take(const QJsonObject &told, qint64 dropped);
    void offerCategories();
    void showCount();
    void jumpToError();
    [[nodiscard]] QList<admin::LogEntry> chosen() const;
    void copy();
    void copyAsJson();
    void save();

    LogModel m_model;
    FilteredLog m_filtered;
    LiveStream m_stream;
    ServiceStatus m_status;
    QComboBox *m_level = nullptr;
    QComboBox *m_category = nullptr;
    QLineEdit *m_text = nullptr;
    QCheckBox *m_isPattern = nullptr;
    QAction *m_pause = nullptr;
    QComboBox *m_writes = nullptr; // which level the service writes
    QTreeView *m_list = nullptr;
    QLabel *m_count = nullptr;
    qint64 m_dropped = 0;
};

} // namespace electric::console
