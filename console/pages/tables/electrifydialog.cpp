#include "console/pages/tables/electrifydialog.h"

#include "ui_electrifydialog.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QPushButton>

namespace electric::console {

ElectrifyDialog::ElectrifyDialog(const QString &table, const QString &sql, QWidget *parent) : QDialog(parent)
{
    Ui::ElectrifyDialog ui;
    ui.setupUi(this);
    ui.words->setText(tr("This is run in the database to electrify %1. Triggers and shadow tables are made for it, so its writes become "
                         "a little slower. It is locked for the time this takes.")
                          .arg(table));
    ui.sql->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    ui.sql->setPlainText(sql);
    QPushButton *go = ui.buttons->addButton(tr("&Electrify"), QDialogButtonBox::AcceptRole);
    go->setDefault(true);
    const QPushButton *copy = ui.buttons->addButton(tr("&Copy SQL"), QDialogButtonBox::ActionRole);
    connect(copy, &QPushButton::clicked, this, [sql] { QGuiApplication::clipboard()->setText(sql); });
}

} // namespace electric::console
