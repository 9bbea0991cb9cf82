#pragma once

#include "console/models/migrationsmodel.h"
#include "console/models/tablesmodel.h"
#include "console/pages/page.h"

#include <QTimer>

#include <memory>

namespace Ui {
class TablesPage;
}

namespace electric::admin {
struct Error;
}

namespace electric::console {

class EmptyHint;

// Which tables are electrified, or why they cannot be, and the migrations that clients get with the SQL of both dialects. Asked for when
// the page is shown, after each change made here, and from time to time.
class TablesPage final : public Page
{
    Q_OBJECT

public:
    TablesPage(ServiceLink &link, QWidget *parent = nullptr);
    ~TablesPage() override;

    [[nodiscard]] QString title() const override;
    [[nodiscard]] QIcon icon() const override;

private:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void refresh();
    void readTables();
    void readMigrations();
    void review();
    void showTable();
    void showMigration();
    void askForSql(); // the dry run, then the dialog
    void confirm(const admin::Table &table, const QString &sql);
    void electrify(const admin::Table &table);
    [[nodiscard]] const admin::Table *chosen() const;

    std::unique_ptr<Ui::TablesPage> m_ui;
    TablesModel m_tables;
    MigrationsModel m_migrations;
    EmptyHint *m_tablesHint = nullptr;
    EmptyHint *m_migrationsHint = nullptr;
    QTimer m_refresh;
    bool m_isBusy = false; // a dry run or an electrification is on its way
    bool m_hasTables = false; // they were read once
    int m_reads = 0; // on their way
};

} // namespace electric::console
