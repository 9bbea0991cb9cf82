#include "console/control/servicelink.h"
#include "console/mainwindow.h"

#include <QApplication>

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("electric-console"));
    electric::console::ServiceLink link;
    electric::console::MainWindow window(link);
    window.show();
    return QApplication::exec();
}
