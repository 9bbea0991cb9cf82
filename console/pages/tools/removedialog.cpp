#include "console/pages/tools/removedialog.h"

#include "ui_removedialog.h"

#include <QPushButton>

namespace electric::console {

RemoveDialog::RemoveDialog(const QString &database, QWidget *parent) : QDialog(parent)
{
    Ui::RemoveDialog ui;
    ui.setupUi(this);
    ui.words->setText(
        tr("Electric is going to be removed from the database \"%1\". Connected apps are disconnected, the service ends, and this "
           "cannot be undone: apps that come back after a new installation sync afresh.")
            .arg(database));
    QPushButton *const go = ui.buttons->addButton(tr("&Remove Electric"), QDialogButtonBox::AcceptRole);
    go->setEnabled(false);
    QPushButton *const cancel = ui.buttons->button(QDialogButtonBox::Cancel);
    cancel->setDefault(true);
    connect(ui.name, &QLineEdit::textChanged, this, [go, cancel, database](const QString &text) {
        const bool isIt = text == database;
        go->setEnabled(isIt);
        (isIt ? go : cancel)->setDefault(true);
    });
    ui.name->setFocus();
}

} // namespace electric::console
