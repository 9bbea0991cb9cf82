#include "console/shell/help.h"

#include "console/control/servicelink.h"

#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QMainWindow>
#include <QMessageBox>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace electric::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(electric::console::Help)
};

QTreeWidget *shortcutList(const QMainWindow &window, QWidget *parent)
{
    auto *list = new QTreeWidget(parent);
    list->setAccessibleName(Words::tr("Keyboard shortcuts"));
    list->setHeaderLabels({Words::tr("Keys"), Words::tr("What they do")});
    list->setRootIsDecorated(false);
    const auto actions = window.findChildren<QAction *>();
    for (const QAction *action : actions) {
        if (action->shortcut().isEmpty())
            continue;
        const QString text = action->text().remove(QLatin1Char('&'));
        new QTreeWidgetItem(list, {action->shortcut().toString(QKeySequence::NativeText), text});
    }
    list->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    return list;
}

} // namespace

void showShortcuts(QMainWindow &window)
{
    auto *dialog = new QDialog(&window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(Words::tr("Keyboard shortcuts"));
    auto *column = new QVBoxLayout(dialog);
    column->addWidget(shortcutList(window, dialog));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    column->addWidget(buttons);
    dialog->resize(520, 440);
    dialog->open();
}

void showAbout(QMainWindow &window, const ServiceLink &link)
{
    const QString service
        = link.isConnected() ? Words::tr("The service %1 has version %2.").arg(link.hello().name, link.hello().version) : QString();
    auto *box = new QMessageBox(QMessageBox::NoIcon, Words::tr("About Electric"),
        Words::tr("Electric console %1").arg(QApplication::applicationVersion()), QMessageBox::Close, &window);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(Words::tr("Shows and steers the service that keeps one Postgres database and many local-first apps in sync.")
        + QLatin1Char('\n') + service);
    box->open();
}

} // namespace electric::console
