#include "console/control/servicelink.h"
#include "console/mainwindow.h"
#include "console/pages/replication/replicationpage.h"
#include "console/pages/sessions/sessionspage.h"
#include "console/pages/tables/tablespage.h"
#include "console/pages/writes/writespage.h"

#include <QApplication>

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("electric-console"));
    electric::console::ServiceLink link;
    electric::console::MainWindow window(link);
    window.addPage(new electric::console::SessionsPage(link));
    window.addPage(new electric::console::TablesPage(link));
    window.addPage(new electric::console::WritesPage(link));
    window.addPage(new electric::console::ReplicationPage(link));
    window.show();
    return QApplication::exec();
}
