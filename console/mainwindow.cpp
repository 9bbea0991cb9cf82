#include "console/mainwindow.h"

#include "console/control/servicelink.h"
#include "console/pages/page.h"

#include <QListWidget>
#include <QSplitter>
#include <QStackedWidget>

namespace electric::console {

MainWindow::MainWindow(ServiceLink &link, QWidget *parent) : QMainWindow(parent), m_link(link)
{
    setWindowTitle(tr("Electric"));
    auto *splitter = new QSplitter(this);
    m_navigation = new QListWidget(splitter);
    m_pages = new QStackedWidget(splitter);
    setCentralWidget(splitter);
    connect(m_navigation, &QListWidget::currentRowChanged, m_pages, &QStackedWidget::setCurrentIndex);
}

void MainWindow::addPage(Page *page)
{
    new QListWidgetItem(page->icon(), page->title(), m_navigation);
    m_pages->addWidget(page);
}

} // namespace electric::console
